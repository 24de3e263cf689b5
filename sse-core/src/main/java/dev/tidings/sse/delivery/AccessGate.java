package dev.tidings.sse.delivery;

/**
 * Whether a loop knows what access was withdrawn. While it does not, nothing is delivered to streams: after an outage
 * the control topic is caught up first, or a revoked stream would be given what came after its revocation.
 *
 * <p>Owned by its loop's thread.
 */
final class AccessGate {

    private final Runnable changed;
    private boolean stale;
    private boolean behind = true; // until the control topic is first read

    /** Makes a gate that is closed, and calls back at every change. */
    AccessGate(Runnable changed) {
        this.changed = changed;
    }

    /** Tells whether streams may be given something. */
    boolean isOpen() {
        return !stale && !behind;
    }

    /** Tells whether the backplane of the control topic is away. */
    boolean isStale() {
        return stale;
    }

    void stale(boolean isStale) {
        stale = isStale;
        changed.run();
    }

    void behind(boolean isBehind) {
        if (behind != isBehind) {
            behind = isBehind;
            changed.run();
        }
    }
}
