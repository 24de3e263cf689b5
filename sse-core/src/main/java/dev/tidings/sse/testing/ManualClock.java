package dev.tidings.sse.testing;

import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Both clocks, moved by hand. They start in November 2023, the one for intervals a second before its value wraps, as that
 * of a machine may. Thread-safe.
 */
public final class ManualClock implements TimeSource, InstantSource {

    // Guarded by this.
    private long nanos = Long.MAX_VALUE - 1_000_000_000L;
    private Instant wall = Instant.ofEpochSecond(1_700_000_000L);

    /** Creates clocks that stand still. */
    public ManualClock() {}

    /**
     * Lets time pass on both clocks.
     *
     * @throws IllegalArgumentException if the time is negative
     */
    public synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, was " + time);
        }
        nanos += time.toNanos();
        wall = wall.plus(time);
    }

    /** Sets the wall clock alone, back or forth by so much, as an administrator or NTP does. */
    public synchronized void jump(Duration by) {
        wall = wall.plus(by);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public long millis() {
        return instant().toEpochMilli();
    }

    @Override
    public synchronized Instant instant() {
        return wall;
    }
}
