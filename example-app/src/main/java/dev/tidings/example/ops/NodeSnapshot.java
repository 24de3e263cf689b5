package dev.tidings.example.ops;

import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one node is doing, for the page of administrators. However many streams there are, it stays well within the size
 * of an event: it names the {@value #MOST_CONNECTIONS} connections that want a look first, and counts the rest.
 */
record NodeSnapshot(
        String id,
        String name,
        long upSeconds,
        String backplane,
        long streams,
        long slow,
        long published,
        long delivered,
        double latencyMillis,
        Map<String, Long> gaps,
        Map<String, Long> closes,
        int topicCount,
        List<TopicReaders> topics,
        List<Connection> connections) {

    private static final int MOST_CONNECTIONS = 50;
    private static final int MOST_TOPICS = 20;
    private static final int MOST_TOPICS_OF_ONE = 3;
    private static final int LONGEST_TEXT = 64;

    // Those that stand still first, then those that have come last.
    private static final Comparator<StreamSummary> ORDER = Comparator.comparing(StreamSummary::stalled)
            .reversed()
            .thenComparing(StreamSummary::age)
            .thenComparing(StreamSummary::id);

    /** How many streams of this node read a topic. */
    record TopicReaders(String topic, long streams) {}

    /** One stream; whose session it is and what it was given stay out of it. */
    record Connection(
            String id,
            @Nullable String principal,
            List<String> topics,
            int topicCount,
            long ageSeconds,
            @Nullable Long openMillis,
            long events,
            long bytes,
            long stalledMillis) {

        static Connection of(StreamSummary stream) {
            Duration open = stream.establishment();
            return new Connection(
                    stream.id(),
                    stream.principal() == null ? null : shown(stream.principal()),
                    stream.topics().stream()
                            .limit(MOST_TOPICS_OF_ONE)
                            .map(topic -> shown(topic.name()))
                            .toList(),
                    stream.topics().size(),
                    stream.age().toSeconds(),
                    open == null ? null : open.toMillis(),
                    stream.events(),
                    stream.bytes(),
                    stream.stalled().toMillis());
        }
    }

    static NodeSnapshot of(
            String id,
            String name,
            Duration up,
            Status status,
            BroadcasterMetrics metrics,
            List<StreamSummary> streams) {
        Map<String, Long> byTopic = streams.stream()
                .flatMap(stream -> stream.topics().stream())
                .collect(Collectors.groupingBy(Topic::name, Collectors.counting()));
        return new NodeSnapshot(
                id,
                name,
                up.toSeconds(),
                status == Status.FRESH ? "fresh" : "stale",
                streams.size(),
                streams.stream().filter(stream -> !stream.stalled().isZero()).count(),
                metrics.totalEvents(),
                metrics.deliveredEvents(),
                metrics.averageLatency().toNanos() / 1e6,
                named(metrics.gapsByReason(), Gap.Reason::wireName),
                named(metrics.closesByReason(), CloseReason::wireName),
                byTopic.size(),
                busiest(byTopic),
                streams.stream()
                        .sorted(ORDER)
                        .limit(MOST_CONNECTIONS)
                        .map(Connection::of)
                        .toList());
    }

    private static List<TopicReaders> busiest(Map<String, Long> byTopic) {
        return byTopic.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_TOPICS)
                .map(entry -> new TopicReaders(shown(entry.getKey()), entry.getValue()))
                .toList();
    }

    private static <R extends Enum<R>> Map<String, Long> named(Map<R, Long> counts, Function<R, String> name) {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((reason, count) -> {
            if (count > 0) {
                named.put(name.apply(reason), count);
            }
        });
        return named;
    }

    private static String shown(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "…";
    }
}
