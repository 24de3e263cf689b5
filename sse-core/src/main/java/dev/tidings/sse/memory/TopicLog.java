package dev.tidings.sse.memory;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.log.EntrySize;
import dev.tidings.sse.log.LogWindow;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.spi.Sink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One topic's log in memory: what is retained of it, who follows it, and what it says to a position.
 *
 * <p>Not synchronised: {@link LockedLog} holds its monitor around every call. That includes telling the sinks, so that they
 * see log order; a sink only files the entry and wakes loops.
 */
final class TopicLog {

    /** About what a topic takes beside its entries, so that a million of them without any count, too. */
    private static final int OBJECTS = 512;

    private final LogWindow<Entry> window;
    private final LatestByKey latest = new LatestByKey();
    private List<Sink> sinks = List.of(); // copied on change: most topics have none, few have more than one
    private Retention retention = Retention.DEFAULT;
    private long entryBytes;
    private long lastUsed;

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
        entryBytes += EntrySize.of(entry);
        latest.added(entry);
        trim(nowMillis);
        sinks.forEach(sink -> sink.entry(entry));
    }

    /** Judges a position by the table at {@link Verdict}. */
    Page read(@Nullable Position after, int maxEntries, int maxBytes, long nowMillis) {
        trim(nowMillis);
        if (after == null) {
            return new Page(Verdict.CONTIGUOUS, List.of(), end());
        }
        if (after.value() < window.base()) {
            // The base is a real position here, never NONE: something stood before the oldest retained entry.
            return page(Verdict.TRIMMED, 0, maxEntries, maxBytes);
        }
        int later = window.firstLaterThan(after.value());
        return page(judge(after.value()), later, maxEntries, maxBytes);
    }

    void addSink(Sink sink) {
        List<Sink> more = new ArrayList<>(sinks);
        more.add(sink);
        sinks = List.copyOf(more);
    }

    void removeSink(Sink sink) {
        sinks = sinks.stream().filter(other -> other != sink).toList();
    }

    Position end() {
        return new Position(window.end());
    }

    /** Returns about how many bytes of memory this log takes. */
    long bytes() {
        return OBJECTS + entryBytes;
    }

    void touch(long nowMillis) {
        lastUsed = nowMillis;
    }

    boolean isFollowed() {
        return !sinks.isEmpty();
    }

    /** Not while someone follows it, and not before whoever may come back has had the time of its retention to do so. */
    boolean isIdle(long nowMillis) {
        return !isFollowed() && nowMillis - lastUsed > retention.maxAge().toMillis();
    }

    /** Drops the older half of the entries, at least one; tells whether there was any. */
    boolean dropOlderHalf() {
        for (int left = window.size() / 2; window.size() > left; ) {
            removeOldest();
        }
        return entryBytes > 0;
    }

    private Verdict judge(long position) {
        if (position <= latest.droppedThrough()) {
            return position == latest.droppedThrough() ? Verdict.CONTIGUOUS : Verdict.CONFLATED;
        }
        return window.indexAfter(position) == LogWindow.UNKNOWN ? Verdict.RESET : Verdict.CONTIGUOUS;
    }

    private void trim(long nowMillis) {
        touch(nowMillis);
        while (window.size() > retention.maxEntries() || (entryBytes > retention.maxBytes() && window.size() > 1)) {
            if (retention.conflating() && latest.superseded() > 0) {
                dropSuperseded();
            } else {
                removeOldest();
            }
        }
        long oldestMillis = nowMillis - retention.maxAge().toMillis();
        while (window.size() > 0 && window.get(0).position().millis() < oldestMillis) {
            removeOldest();
        }
    }

    private void removeOldest() {
        Entry oldest = window.removeOldest();
        entryBytes -= EntrySize.of(oldest);
        latest.removed(oldest);
    }

    private void dropSuperseded() {
        window.retain(entry -> {
            boolean keep = !latest.isSuperseded(entry);
            if (!keep) {
                entryBytes -= EntrySize.of(entry);
                latest.dropped(entry);
            }
            return keep;
        });
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
