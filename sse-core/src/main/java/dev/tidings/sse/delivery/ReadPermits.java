package dev.tidings.sse.delivery;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * How many pages a loop may ask for at a time, so that however many readers are behind, what is in flight and what has
 * arrived and is being handed out stays bounded. First come, first served. Owned by its loop's thread.
 */
final class ReadPermits {

    static final int MOST = 32;

    private final Queue<BooleanSupplier> waiting = new ArrayDeque<>();
    private int free = MOST;

    /** Lets a question be put as soon as there is a permit, which it keeps until {@link #release} if it says that it was. */
    void acquire(BooleanSupplier question) {
        waiting.add(question);
        serve();
    }

    void release() {
        free++;
        serve();
    }

    private void serve() {
        while (free > 0 && !waiting.isEmpty()) {
            if (waiting.remove().getAsBoolean()) {
                free--;
            }
        }
    }
}
