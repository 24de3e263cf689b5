package dev.tidings.sse.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process or thread does, and nobody tells when: by looking, with a generous bound. */
final class Wait {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Wait() {}

    /** Tells whether it came true within so many seconds. */
    static boolean until(long seconds, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** Waits up to 120 s: an election that fails is held again after twice its timeout. */
    static void until(String what, BooleanSupplier condition) {
        if (!until(120, condition)) {
            throw new AssertionError("waited in vain for " + what);
        }
    }
}
