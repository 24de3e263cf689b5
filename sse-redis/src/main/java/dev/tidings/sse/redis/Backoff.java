package dev.tidings.sse.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before trying again: 50 ms, twice as long each time, up to 2 s, and never in step with other nodes. */
final class Backoff {

    private static final long FIRST = 50;
    private static final long MOST = 2_000;

    private long next = FIRST;

    Duration next() {
        long millis = next;
        next = Math.min(MOST, next * 2);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
    }

    void reset() {
        next = FIRST;
    }
}
