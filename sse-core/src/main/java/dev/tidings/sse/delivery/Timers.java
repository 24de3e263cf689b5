package dev.tidings.sse.delivery;

import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.util.PriorityQueue;

/** What a loop does later. Owned by its loop's thread. */
final class Timers {

    /** A place in time; cancelling it leaves it in the heap until it is due, which costs nothing but the room. */
    static final class Timer implements Comparable<Timer> {

        private final long dueNanos;
        private final Runnable action;
        private boolean cancelled;

        private Timer(long dueNanos, Runnable action) {
            this.dueNanos = dueNanos;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(dueNanos - other.dueNanos, 0); // nanoTime may wrap, so by difference
        }
    }

    private final TimeSource time;
    private final PriorityQueue<Timer> heap = new PriorityQueue<>();

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
        first.action.run();
        return true;
    }

    /** Returns how long until the next timer is due: {@link Long#MAX_VALUE} where there is none. */
    long nanosToNext() {
        dropCancelled();
        Timer first = heap.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.dueNanos - time.nanos());
    }

    private void dropCancelled() {
        while (!heap.isEmpty() && heap.peek().cancelled) {
            heap.remove();
        }
    }
}
