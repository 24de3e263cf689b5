package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One lease of this node, from being taken until its release is done: what the application wants, and what Redis was last
 * asked. One question at a time, so that a release is never overtaken by the taking before it. Thread-safe.
 */
final class HeldLease {

    /** What to ask next. */
    enum Step {
        NOTHING,
        TAKE,
        RELEASE,
        FORGET
    }

    private final String group;
    private final Lease lease;

    // Guarded by this.
    private boolean wanted = true;
    private boolean due = true; // to be taken, for the first time or again
    private boolean mayBeThere;
    private boolean asking;
    private long askedNanos;
    private String order = "";
    private int most;
    private List<CompletableFuture<List<Lease>>> waiting = new ArrayList<>(1);

    HeldLease(String group, Lease lease) {
        this.group = group;
        this.lease = lease;
    }

    String group() {
        return group;
    }

    Lease lease() {
        return lease;
    }

    /** Returns the order that it had when it was first taken, empty before: it keeps its place through outages. */
    synchronized String order() {
        return order;
    }

    /** Returns how many leases the group should hold. */
    synchronized int most() {
        return most;
    }

    synchronized void take(CompletableFuture<List<Lease>> answer, int newMost) {
        wanted = true;
        due = true;
        most = newMost;
        waiting.add(answer);
    }

    synchronized void release() {
        wanted = false;
    }

    /** Notes that it may have ended, so that it must be taken again. */
    synchronized void ended() {
        due = true;
    }

    /** Notes that it must be taken again if it was last asked about before a time. */
    synchronized void endedIfAskedBefore(long nanos) {
        due |= askedNanos - nanos < 0;
    }

    /** Decides what to ask; what is returned counts as being asked. */
    synchronized Step next() {
        if (asking || (wanted && !due)) {
            return Step.NOTHING;
        }
        if (!wanted && !mayBeThere) {
            return Step.FORGET;
        }
        asking = true;
        askedNanos = System.nanoTime();
        if (!wanted) {
            return Step.RELEASE;
        }
        due = false;
        return Step.TAKE;
    }

    /** Returns who waits for the answer to what is asked now; whoever comes later waits for the next one. */
    synchronized List<CompletableFuture<List<Lease>>> waiting() {
        List<CompletableFuture<List<Lease>>> all = waiting;
        waiting = new ArrayList<>(1);
        return all;
    }

    synchronized boolean isWanted() {
        return wanted;
    }

    /** Tells whether there is nothing left of it. */
    synchronized boolean isOver() {
        return !wanted && !mayBeThere && !asking;
    }

    synchronized void taken(String newOrder) {
        asking = false;
        mayBeThere = true;
        if (order.isEmpty()) {
            order = newOrder;
        }
    }

    synchronized void released() {
        asking = false;
        mayBeThere = false;
    }

    /** Notes that what was asked came to nothing, as far as this node knows if it was sent. */
    synchronized void failed(boolean sent) {
        asking = false;
        due = true;
        mayBeThere |= sent;
    }
}
