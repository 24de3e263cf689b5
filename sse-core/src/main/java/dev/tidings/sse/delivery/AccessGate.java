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
    private final Runnable letOn;
    // Of what has reached this node of the control topic: any thread may change it.
    private LongSupplier version = () -> 0;
    private long known = NOTHING; // the version up to which all is applied
    private boolean stale;
    private boolean someWait;

    /**
     * Makes a gate that is closed.
     *
     * @param statusChanged called when the backplane of the control topic has gone away or has come back
     * @param letOn called when the gate has opened and streams have been held
     */
    AccessGate(Runnable statusChanged, Runnable letOn) {
        this.statusChanged = statusChanged;
        this.letOn = letOn;
    }

    /** Sets by what it is seen that something has reached this node. Called before the loop runs. */
    void watch(LongSupplier versionOfControl) {
        version = versionOfControl;
    }

    /** Tells whether a stream must wait, also with what was read before the question was put. It is called back for. */
    boolean holds() {
        boolean closed = isClosed();
        someWait |= closed;
        return closed;
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
            if (someWait && !isClosed()) {
                someWait = false;
                letOn.run();
            }
        }
    }

    /** Something is missing that only the backplane can tell. */
    void knowsNothing() {
        known = NOTHING;
    }

    private boolean isClosed() {
        return stale || known != version.getAsLong();
    }
}
