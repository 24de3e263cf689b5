package dev.tidings.sse.delivery;

import java.util.function.LongSupplier;

/**
 * Whether a loop knows what access was withdrawn. While it does not, nothing is delivered to streams. After an outage the
 * control topic is caught up first, or a revoked stream would be given what came after its revocation. And an entry of the
 * control topic closes the gate at the moment it reaches this node, so that what reaches the node after a revocation
 * cannot overtake it on the way through the loop.
 *
 * <p>Owned by its loop's thread.
 */
final class AccessGate {

    private static final long NOTHING = -1;

    private final Runnable statusChanged;
    private final Runnable opened;
    private LongSupplier version =
            () -> 0; // changes with whatever reaches this node of the control topic, on any thread
    private long known = NOTHING; // the version up to which all is applied
    private boolean stale;

    /** Makes a gate that is closed, and calls back when the backplane's status has changed, and when the gate has opened. */
    AccessGate(Runnable statusChanged, Runnable opened) {
        this.statusChanged = statusChanged;
        this.opened = opened;
    }

    /** Sets by what it is seen that something has reached this node. Called before the loop runs. */
    void watch(LongSupplier versionOfControl) {
        version = versionOfControl;
    }

    /** Tells whether streams may be given something: what was read before the question was put. */
    boolean isOpen() {
        return !stale && known == version.getAsLong();
    }

    /** Tells whether the backplane of the control topic is away. */
    boolean isStale() {
        return stale;
    }

    void stale(boolean isStale) {
        stale = isStale;
        statusChanged.run();
    }

    /** The loop has applied all that had reached this node at a version. */
    void knows(long appliedVersion) {
        if (known != appliedVersion) {
            known = appliedVersion;
            if (isOpen()) {
                opened.run();
            }
        }
    }

    /** Something is missing that only the backplane can tell. */
    void knowsNothing() {
        known = NOTHING;
    }
}
