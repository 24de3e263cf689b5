package dev.tidings.sse.memory;

import dev.tidings.sse.Position;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Hands out positions: one strictly increasing sequence for all topics, near the wall clock but never behind itself. */
final class LogClock {

    private final InstantSource wall;
    private final AtomicLong last = new AtomicLong();

    LogClock(InstantSource wall) {
        this.wall = wall;
    }

    Position next() {
        // Within a millisecond, and while the wall clock is behind after a step back, positions count on by one.
        long now = Position.of(wall.millis(), 0).value();
        return new Position(last.updateAndGet(previous -> Math.max(now, previous + 1)));
    }

    long millis() {
        return wall.millis();
    }
}
