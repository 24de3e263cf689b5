package dev.tidings.sse.delivery;

import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** A broadcaster's settings, as its builder collected them. Cannot be invalid. */
public record Settings(
        Map<String, Retention> retentions,
        Duration heartbeat,
        Duration writeDeadline,
        int maxEventBytes,
        int maxTopics,
        int maxStreams,
        int maxStreamsPerPrincipal,
        int loops) {

    // Before DEFAULT, whose constructor needs it.
    private static final Duration SHORTEST = Duration.ofMillis(100);

    /** What a broadcaster has where nothing is said. */
    public static final Settings DEFAULT = new Settings(
            Map.of("", Retention.DEFAULT),
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            64 * 1024,
            64,
            10_000,
            Integer.MAX_VALUE,
            Math.min(64, Runtime.getRuntime().availableProcessors()));

    /** Checks every setting. */
    public Settings {
        retentions = Map.copyOf(retentions);
        checkAtLeast("heartbeat", heartbeat);
        checkAtLeast("writeDeadline", writeDeadline);
        checkRange("maxEventBytes", maxEventBytes, 1, 1024 * 1024);
        checkRange("maxTopics", maxTopics, 1, 64);
        checkRange("maxStreams", maxStreams, 1, Integer.MAX_VALUE);
        checkRange("maxStreamsPerPrincipal", maxStreamsPerPrincipal, 1, Integer.MAX_VALUE);
        checkRange("loops", loops, 1, 64);
    }

    /** Returns the retention of the longest prefix that fits. */
    Retention retention(Topic topic) {
        String best = "";
        for (String prefix : retentions.keySet()) {
            if (prefix.length() > best.length() && topic.name().startsWith(prefix)) {
                best = prefix;
            }
        }
        return Objects.requireNonNull(retentions.get(best), "default retention");
    }

    /** Returns these settings with another retention for topics of a prefix. */
    public Settings withRetention(String prefix, Retention retention) {
        Map<String, Retention> more = new HashMap<>(retentions);
        more.put(Objects.requireNonNull(prefix, "topicPrefix"), Objects.requireNonNull(retention, "retention"));
        return new Settings(
                more, heartbeat, writeDeadline, maxEventBytes, maxTopics, maxStreams, maxStreamsPerPrincipal, loops);
    }

    /** Returns these settings with another heartbeat. */
    public Settings withHeartbeat(Duration value) {
        return new Settings(
                retentions, value, writeDeadline, maxEventBytes, maxTopics, maxStreams, maxStreamsPerPrincipal, loops);
    }

    /** Returns these settings with another write deadline. */
    public Settings withWriteDeadline(Duration value) {
        return new Settings(
                retentions, heartbeat, value, maxEventBytes, maxTopics, maxStreams, maxStreamsPerPrincipal, loops);
    }

    /** Returns these settings with another bound of an event. */
    public Settings withMaxEventBytes(int value) {
        return new Settings(
                retentions, heartbeat, writeDeadline, value, maxTopics, maxStreams, maxStreamsPerPrincipal, loops);
    }

    /** Returns these settings with another bound of topics. */
    public Settings withMaxTopics(int value) {
        return new Settings(
                retentions, heartbeat, writeDeadline, maxEventBytes, value, maxStreams, maxStreamsPerPrincipal, loops);
    }

    /** Returns these settings with another bound of streams. */
    public Settings withMaxStreams(int value) {
        return new Settings(
                retentions, heartbeat, writeDeadline, maxEventBytes, maxTopics, value, maxStreamsPerPrincipal, loops);
    }

    /** Returns these settings with another bound of streams of one principal. */
    public Settings withMaxStreamsPerPrincipal(int value) {
        return new Settings(retentions, heartbeat, writeDeadline, maxEventBytes, maxTopics, maxStreams, value, loops);
    }

    /** Returns these settings with another number of loops. */
    public Settings withLoops(int value) {
        return new Settings(
                retentions,
                heartbeat,
                writeDeadline,
                maxEventBytes,
                maxTopics,
                maxStreams,
                maxStreamsPerPrincipal,
                value);
    }

    private static void checkAtLeast(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(name + " must be >= 100 ms, was " + value);
        }
    }

    private static void checkRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            String range = most == Integer.MAX_VALUE ? ">= " + least : "from " + least + " to " + most;
            throw new IllegalArgumentException(name + " must be " + range + ", was " + value);
        }
    }
}
