package dev.tidings.sse.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Any number of {@link EventSource}s, all on one thread of their own. */
final class EventSources implements AutoCloseable {

    private final Selector selector = Selector.open();
    private final Thread thread = new Thread(this::run, "event-sources");
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<EventSource> sources = new ArrayList<>();

    // Touched by the thread only.
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);

    private final int hurry;

    private volatile int port;
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    private record Timer(long dueNanos, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.compare(dueNanos - other.dueNanos, 0);
        }
    }

    EventSources(int port) throws IOException {
        this(port, 1);
    }

    /** Creates sources whose every delay is divided by {@code hurry}. */
    EventSources(int port, int hurry) throws IOException {
        this.port = port;
        this.hurry = hurry;
        thread.start();
    }

    /** Opens one, which goes on by itself from now on. */
    EventSource open(String target) {
        EventSource source = new EventSource(this, target);
        sources.add(source);
        tasks.add(source::connect);
        selector.wakeup();
        return source;
    }

    /** Sends those who connect from now on elsewhere, as a load balancer does. */
    void moveTo(int newPort) {
        port = newPort;
    }

    /** Waits until this holds for all of them. */
    void await(String what, Predicate<EventSource> condition) {
        Until.holds(
                () -> failure != null || sources.stream().allMatch(condition),
                () -> sources.stream().filter(condition.negate()).count() + " of " + sources.size() + " are not "
                        + what);
        check();
    }

    List<EventSource> all() {
        return sources;
    }

    @Override
    public void close() throws IOException {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        check();
    }

    // For sources, on the thread.

    int port() {
        return port;
    }

    int hurry() {
        return hurry;
    }

    Selector selector() {
        return selector;
    }

    void after(long millis, Runnable action) {
        timers.add(new Timer(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis) / hurry, action));
    }

    private void run() {
        try {
            while (!closing) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                runDue();
                selector.select(this::ready, millisToNext());
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void runDue() {
        while (!timers.isEmpty() && timers.peek().dueNanos - System.nanoTime() <= 0) {
            timers.remove().action.run();
        }
    }

    /** Rounded up, or the last millisecond would be spent on going round. */
    private long millisToNext() {
        Timer next = timers.peek();
        return next == null ? 0 : 1 + Math.max(0, TimeUnit.NANOSECONDS.toMillis(next.dueNanos - System.nanoTime()));
    }

    private void ready(SelectionKey key) {
        try {
            ((EventSource) key.attachment()).ready(key, buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check() {
        if (failure != null) {
            throw new AssertionError("an event source failed", failure);
        }
    }
}
