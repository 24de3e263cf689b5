package dev.tidings.sse.testing;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Lets things happen at once, or keeps them waiting in order while it is shut. Thread-safe; runs nothing under its lock. */
final class Gate {

    // Guarded by this.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean shut;
    private boolean passing; // something that waited runs at this moment

    synchronized void shut() {
        shut = true;
    }

    void open() {
        synchronized (this) {
            shut = false;
        }
        passOne();
    }

    void pass(Runnable thing) {
        synchronized (this) {
            // Also when open: what is being let through at this moment goes first.
            if (shut || passing || !waiting.isEmpty()) {
                waiting.add(thing);
                return;
            }
        }
        thing.run();
    }

    /** Lets the first one through that waits, and tells whether there was one; when open, all the others follow it. */
    boolean passOne() {
        Runnable first = begin();
        if (first == null) {
            return false;
        }
        try {
            for (Runnable next = first; next != null; next = following()) {
                next.run();
            }
        } catch (RuntimeException | Error failure) {
            stopped(); // or nothing would ever pass again
            throw failure;
        }
        return true;
    }

    synchronized void clear() {
        waiting.clear();
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Nothing while another thread lets things through: it goes on with what waits behind that. */
    private synchronized @Nullable Runnable begin() {
        Runnable first = passing ? null : waiting.poll();
        passing |= first != null;
        return first;
    }

    private synchronized @Nullable Runnable following() {
        Runnable next = shut ? null : waiting.poll();
        passing = next != null;
        return next;
    }

    private synchronized void stopped() {
        passing = false;
    }
}
