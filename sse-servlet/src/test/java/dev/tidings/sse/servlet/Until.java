package dev.tidings.sse.servlet;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what nobody tells, such as the closing of a descriptor. */
final class Until {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(40);
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Until() {}

    /** Returns as soon as the condition holds; fails with what is the case instead if it does not within a long time. */
    static void holds(BooleanSupplier condition, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + TIMEOUT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(otherwise.get());
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }
}
