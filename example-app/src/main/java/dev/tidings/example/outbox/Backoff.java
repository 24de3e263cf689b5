package dev.tidings.example.outbox;

import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Which topics are not to be tried for a while: 100 ms after the first failure, doubling up to 30 s. */
final class Backoff {

    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 30_000;

    private final Map<Topic, Pause> pauses = new HashMap<>();

    void failed(Topic topic, long nowMillis) {
        Pause last = pauses.get(topic);
        long length = last == null ? FIRST_MILLIS : Math.min(2 * last.lengthMillis(), LONGEST_MILLIS);
        pauses.put(topic, new Pause(length, nowMillis + length));
    }

    void succeeded(Topic topic) {
        pauses.remove(topic);
    }

    boolean holds(Topic topic, long nowMillis) {
        Pause pause = pauses.get(topic);
        return pause != null && nowMillis < pause.endMillis();
    }

    /** How long until the next topic may be tried again, at most {@code longest}. */
    Duration untilNext(long nowMillis, Duration longest) {
        long next = pauses.values().stream()
                .mapToLong(pause -> Math.max(1, pause.endMillis() - nowMillis))
                .min()
                .orElse(Long.MAX_VALUE);
        return Duration.ofMillis(Math.min(next, longest.toMillis()));
    }

    private record Pause(long lengthMillis, long endMillis) {}
}
