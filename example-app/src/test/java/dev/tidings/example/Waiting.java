package dev.tidings.example;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what no event tells: looks again and again, for long enough on a slow machine. */
public final class Waiting {

    private static final long PATIENCE_SECONDS = 30;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Waiting() {}

    public static void until(BooleanSupplier condition, Object what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never so: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
