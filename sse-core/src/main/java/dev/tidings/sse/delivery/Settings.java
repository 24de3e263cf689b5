package dev.tidings.sse.delivery;

import dev.tidings.sse.Retention;
import dev.tidings.sse.SlowConsumers;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** A broadcaster's settings, as its builder collected them. Cannot be invalid. */
public record Settings(
        Map<String, Retention> retentions,
        Map<String, SlowConsumers> slowConsumers,
        Set<String> presence,
        Duration heartbeat,
        Duration writeDeadline,
        int maxEventBytes,
        long maxBufferBytes,
        int maxTopics,
        int maxStreams,
        int maxStreamsPerPrincipal,
        int loops) {

    /** The most topics of a subscription, and the most loops. */
    public static final int MOST = 64;

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Checks every setting. */
    public Settings {
        retentions = Map.copyOf(retentions);
        slowConsumers = Map.copyOf(slowConsumers);
        presence = Set.copyOf(presence);
        checkDuration("heartbeat", heartbeat);
        checkDuration("writeDeadline", writeDeadline);
        checkRange("maxEventBytes", maxEventBytes, 1, 1 << 20);
        checkRange("maxBufferBytes", maxBufferBytes, 1 << 20, Long.MAX_VALUE);
        checkRange("maxTopics", maxTopics, 1, MOST);
        checkRange("maxStreams", maxStreams, 1, Integer.MAX_VALUE);
        checkRange("maxStreamsPerPrincipal", maxStreamsPerPrincipal, 1, Integer.MAX_VALUE);
        checkRange("loops", loops, 1, MOST);
    }

    Retention retention(Topic topic) {
        return topic.isControl() ? ControlLog.RETENTION : longestPrefix(retentions, topic, Retention.DEFAULT);
    }

    SlowConsumers slowConsumers(Topic topic) {
        // A loop that is far behind with the control topic must catch up, whatever holds for pages that are.
        return topic.isControl() ? SlowConsumers.CATCH_UP : longestPrefix(slowConsumers, topic, SlowConsumers.CATCH_UP);
    }

    boolean hasPresence(Topic topic) {
        return presence.stream().anyMatch(topic.name()::startsWith);
    }

    private static <T> T longestPrefix(Map<String, T> byPrefix, Topic topic, T otherwise) {
        T best = otherwise;
        int longest = -1;
        for (Map.Entry<String, T> candidate : byPrefix.entrySet()) {
            String prefix = candidate.getKey();
            if (prefix.length() > longest && topic.name().startsWith(prefix)) {
                longest = prefix.length();
                best = candidate.getValue();
            }
        }
        return best;
    }

    private static void checkDuration(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be from 100 ms to 1 day, was " + value);
        }
    }

    private static void checkRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            String range = most >= Integer.MAX_VALUE ? ">= " + least : "from " + least + " to " + most;
            throw new IllegalArgumentException(name + " must be " + range + ", was " + value);
        }
    }
}
