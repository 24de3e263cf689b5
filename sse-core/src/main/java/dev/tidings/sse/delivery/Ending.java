package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * How a subscription ends: why, and when its client may come back.
 *
 * @param retryMillis never the same for all, or those who were sent away together come back together
 */
record Ending(CloseReason reason, int retryMillis) {

    /** How far apart clients come back at least, on average: so many at a time are gentle enough. */
    static final Duration APART = Duration.ofMillis(10);

    private static final int SHORTEST = 100;
    private static final int LONGEST = 30_000;
    private static final int SHORTEST_AFTER_DRAIN = 500;
    private static final int LONGEST_AFTER_DRAIN = 3_000;

    static Ending of(CloseReason reason) {
        RandomGenerator random = ThreadLocalRandom.current();
        int retryMillis = switch (reason) {
            case EXPIRED, REVOKED, CHANGED -> random.nextInt(SHORTEST, 1_000);
            case DRAIN -> random.nextInt(SHORTEST_AFTER_DRAIN, LONGEST_AFTER_DRAIN);
            case LIMIT -> random.nextInt(5_000, 15_000);
            case REPLACED, SLOW, ERROR -> random.nextInt(1_000, 3_000);
        };
        return new Ending(reason, retryMillis);
    }

    /**
     * Returns the ending of a stream that a drain sends away. Who is sent away late waits long: so returns are spread
     * evenly over the time of the drain and the delays together, where two independent draws would heap them up in its
     * middle.
     *
     * @param place from 0, the first to be sent away, to 1, the last
     */
    static Ending ofDrain(double place) {
        int range = LONGEST_AFTER_DRAIN - SHORTEST_AFTER_DRAIN;
        return new Ending(CloseReason.DRAIN, SHORTEST_AFTER_DRAIN + (int) (place * range));
    }

    /** Returns the ending of one of so many streams that end at once: the more they are, the later some come back. */
    static Ending inWaves(CloseReason reason, int streams) {
        long range = Math.min(LONGEST, Math.max(1_000, streams * APART.toMillis()));
        return new Ending(reason, ThreadLocalRandom.current().nextInt(SHORTEST, (int) range));
    }
}
