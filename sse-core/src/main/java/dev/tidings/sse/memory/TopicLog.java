package dev.tidings.sse.memory;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.log.LogWindow;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.spi.Sink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One topic's log in memory, and those who follow it.
 *
 * <p>Not synchronised: {@link MemoryBackplane} holds this object's monitor around every call. That includes telling the
 * sinks, so that they see log order; a sink only files the entry and wakes loops.
 */
final class TopicLog {

    private final LogWindow<Entry> window;
    private final List<Sink> sinks = new ArrayList<>(1);
    private Retention retention = Retention.DEFAULT;
    private long lastUsed;
    private boolean forgotten;

    /**
     * Creates an empty log.
     *
     * @param start what an empty log ends at: nothing of this topic that was retained before lies later
     */
    TopicLog(Position start, long nowMillis) {
        this.window = new LogWindow<>(start.value());
        this.lastUsed = nowMillis;
    }

    void append(Position position, Event event, Retention newRetention, long nowMillis) {
        retention = newRetention;
        Entry entry = new Entry(position, end(), event);
        window.add(position.value(), entry);
        trim(nowMillis);
        sinks.forEach(sink -> sink.entry(entry));
    }

    /** Judges a position by the table at {@link Verdict}. */
    Page read(@Nullable Position after, int maxEntries, int maxBytes, long nowMillis) {
        trim(nowMillis);
        if (after == null) {
            return new Page(Verdict.CONTIGUOUS, List.of(), end());
        }
        int known = window.indexAfter(after.value());
        if (known != LogWindow.UNKNOWN) {
            return page(Verdict.CONTIGUOUS, known, maxEntries, maxBytes);
        }
        if (after.value() < window.base()) {
            // The base is a real position here, never NONE: something stood before the oldest retained entry.
            return page(Verdict.TRIMMED, 0, maxEntries, maxBytes);
        }
        return page(Verdict.RESET, window.firstLaterThan(after.value()), maxEntries, maxBytes);
    }

    void addSink(Sink sink) {
        sinks.add(sink);
    }

    void removeSink(Sink sink) {
        sinks.remove(sink);
    }

    Position end() {
        return new Position(window.end());
    }

    void touch(long nowMillis) {
        lastUsed = nowMillis;
    }

    /** Not while someone follows it, and not before whoever may come back has had the time of its retention to do so. */
    boolean isForgettable(long nowMillis) {
        return sinks.isEmpty() && nowMillis - lastUsed > retention.maxAge().toMillis();
    }

    void markForgotten() {
        forgotten = true;
    }

    /** Tells whether another thread forgot this log between looking it up and locking it. */
    boolean isForgotten() {
        return forgotten;
    }

    private void trim(long nowMillis) {
        touch(nowMillis);
        long oldestMillis = nowMillis - retention.maxAge().toMillis();
        while (window.size() > retention.maxEntries()
                || (window.size() > 0 && window.get(0).position().millis() < oldestMillis)) {
            window.removeOldest();
        }
    }

    private Page page(Verdict verdict, int from, int maxEntries, int maxBytes) {
        List<Entry> entries = new ArrayList<>(Math.min(maxEntries, window.size() - from));
        int bytes = 0;
        for (int i = from; i < window.size() && entries.size() < maxEntries; i++) {
            Entry entry = window.get(i);
            bytes += entry.event().data().length();
            if (bytes > maxBytes && !entries.isEmpty()) {
                break;
            }
            entries.add(entry);
        }
        return new Page(verdict, entries, end());
    }
}
