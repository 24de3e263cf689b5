package dev.tidings.sse.redis;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How a torture test is run: a round of some seconds, or with {@code -Dtorture.minutes=N} rounds for so long. A failure
 * names its own seed; {@code -Dtorture.seed=S} gives the same faults in the same order again.
 */
final class Torture {

    private Torture() {}

    /** Runs rounds that last so long, in one new world each. */
    static void run(Duration round, Supplier<? extends TortureWorld> worlds) {
        long seed = Long.getLong("torture.seed", System.nanoTime());
        long end = System.nanoTime()
                + Duration.ofMinutes(Integer.getInteger("torture.minutes", 0)).toNanos();
        do {
            round(round, worlds, seed++);
        } while (System.nanoTime() - end < 0);
    }

    private static void round(Duration time, Supplier<? extends TortureWorld> worlds, long seed) {
        try (TortureWorld world = worlds.get();
                TortureRound round = new TortureRound(world, seed)) {
            try {
                round.run(time);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        e.getMessage() + "\n-Dtorture.seed=" + seed + "\n" + round.summary() + "\n" + round.story(), e);
            }
            System.out.printf(
                    "[torture] seed %d, %s: %s%n", seed, world.getClass().getSimpleName(), round.summary());
        }
    }
}
