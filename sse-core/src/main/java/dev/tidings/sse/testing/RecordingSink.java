package dev.tidings.sse.testing;

import dev.tidings.sse.Entry;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A sink that keeps what it is told, for a test of a backplane to wait for. Thread-safe. */
public final class RecordingSink implements Sink {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
    private final AtomicInteger divergences = new AtomicInteger();
    private volatile @Nullable Status status;

    /** Creates a sink. */
    public RecordingSink() {}

    @Override
    public void entry(Entry entry) {
        entries.add(entry);
    }

    @Override
    public void diverged() {
        divergences.incrementAndGet();
    }

    @Override
    public void status(Status newStatus) {
        status = newStatus;
    }

    /**
     * Waits for so many entries, and returns their data.
     *
     * @throws AssertionError if they do not come within 30 s
     */
    public List<String> take(int count) {
        return takeEntries(count).stream().map(entry -> entry.event().data()).toList();
    }

    /**
     * Waits for so many entries.
     *
     * @throws AssertionError if they do not come within 30 s
     */
    public List<Entry> takeEntries(int count) {
        List<Entry> taken = new ArrayList<>();
        while (taken.size() < count) {
            Entry next = poll();
            if (next == null) {
                throw new AssertionError(
                        "expected " + count + " entries, came " + taken.size() + " within " + TIMEOUT + ": " + taken);
            }
            taken.add(next);
        }
        return taken;
    }

    /** Returns how many entries arrived that nobody took. */
    public int surplus() {
        return entries.size();
    }

    /** Returns how often it was told that it diverged. */
    public int divergences() {
        return divergences.get();
    }

    /** Returns the status it was last told, or null. */
    public @Nullable Status status() {
        return status;
    }

    private @Nullable Entry poll() {
        try {
            return entries.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an entry", e);
        }
    }
}
