package dev.tidings.sse.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A sink that keeps what it is told, for a test to wait for. */
public final class RecordingSink implements Sink {

    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();

    @Override
    public void entry(Entry entry) {
        entries.add(entry);
    }

    @Override
    public void diverged() {}

    @Override
    public void status(Status status) {}

    /** Waits for so many entries, and returns their data. */
    public List<String> take(int count) {
        return takeEntries(count).stream().map(entry -> entry.event().data()).toList();
    }

    /** Waits for so many entries. */
    public List<Entry> takeEntries(int count) {
        List<Entry> taken = new ArrayList<>();
        try {
            while (taken.size() < count) {
                Entry next = entries.poll(30, TimeUnit.SECONDS);
                assertThat(next).as("entry %d of %d", taken.size() + 1, count).isNotNull();
                taken.add(next);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
        return taken;
    }

    /** Tells how many entries arrived that nobody took. */
    public int surplus() {
        return entries.size();
    }
}
