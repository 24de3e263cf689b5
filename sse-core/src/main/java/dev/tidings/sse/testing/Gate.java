package dev.tidings.sse.testing;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Lets things happen at once, or keeps them waiting in order while it is shut. Thread-safe; runs nothing under its lock. */
final class Gate {

    // Guarded by this.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean shut;

    synchronized void shut() {
        shut = true;
    }

    void open() {
        synchronized (this) {
            shut = false;
        }
        while (passOne()) {}
    }

    void pass(Runnable thing) {
        synchronized (this) {
            // Also when open: what is being let through at this moment goes first.
            if (shut || !waiting.isEmpty()) {
                waiting.add(thing);
                return;
            }
        }
        thing.run();
    }

    /** Lets the first one through that waits, and tells whether there was one. */
    boolean passOne() {
        Runnable first = poll();
        if (first == null) {
            return false;
        }
        first.run();
        return true;
    }

    synchronized void clear() {
        waiting.clear();
    }

    synchronized int size() {
        return waiting.size();
    }

    private synchronized @Nullable Runnable poll() {
        return waiting.poll();
    }
}
