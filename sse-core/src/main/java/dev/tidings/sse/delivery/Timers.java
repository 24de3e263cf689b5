package dev.tidings.sse.delivery;

import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What a loop does later. Owned by its loop's thread. */
final class Timers {

    /**
     * A place in time. Cancelled, it holds nothing, and its own room in the heap is given back before long: a stream that
     * ends after a minute must not stay until its session would have expired.
     */
    final class Timer implements Comparable<Timer> {

        private final long dueNanos;
        private @Nullable Runnable action; // null once it is over

        private Timer(long dueNanos, Runnable action) {
            this.dueNanos = dueNanos;
            this.action = action;
        }

        void cancel() {
            if (action != null) {
                action = null;
                cancelled++;
                sweep();
            }
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(dueNanos - other.dueNanos, 0); // nanoTime may wrap, so by difference
        }
    }

    private static final int FEW = 64;

    private final TimeSource time;
    private final PriorityQueue<Timer> heap = new PriorityQueue<>();
    private int cancelled; // of those in the heap

    Timers(TimeSource time) {
        this.time = time;
    }

    Timer after(Duration delay, Runnable action) {
        Timer timer = new Timer(time.nanos() + delay.toNanos(), action);
        heap.add(timer);
        return timer;
    }

    /** Runs one timer that is due, if there is one. */
    boolean runDue() {
        dropCancelled();
        Timer first = heap.peek();
        if (first == null || first.dueNanos - time.nanos() > 0) {
            return false;
        }
        heap.remove();
        Runnable action = first.action;
        first.action = null; // cancelled from now on, it is not counted
        if (action != null) {
            action.run();
        }
        return true;
    }

    /** Returns how long until the next timer is due: {@link Long#MAX_VALUE} where there is none. */
    long nanosToNext() {
        dropCancelled();
        Timer first = heap.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.dueNanos - time.nanos());
    }

    /** Returns how many places are taken. */
    int size() {
        return heap.size();
    }

    private void dropCancelled() {
        for (Timer first = heap.peek(); first != null && first.action == null; first = heap.peek()) {
            heap.remove();
            cancelled--;
        }
    }

    /** Goes through all of them only when every second one is gone, so that a cancellation costs the same on average. */
    private void sweep() {
        if (cancelled > FEW && cancelled > heap.size() / 2) {
            heap.removeIf(timer -> timer.action == null);
            cancelled = 0;
        }
    }
}
