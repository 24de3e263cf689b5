package dev.tidings.sse.delivery;

import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Both clocks, moved by hand. */
public final class ManualTime implements TimeSource, InstantSource {

    private long nanos = Long.MAX_VALUE - 1_000_000_000L; // wraps within a second of test time, as nanoTime may
    private long millis = 1_700_000_000_000L;

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    public void advance(Duration time) {
        nanos += time.toNanos();
        millis += time.toMillis();
    }

    /** Sets the wall clock back or forth, as an administrator or NTP does. */
    public void jump(Duration time) {
        millis += time.toMillis();
    }
}
