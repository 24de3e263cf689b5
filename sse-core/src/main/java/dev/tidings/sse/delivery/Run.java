package dev.tidings.sse.delivery;

import dev.tidings.sse.Gap;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.spi.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies after a position of a topic: perhaps a gap, then entries. Shared by all readers that stand there, with their
 * bytes. Owned by its loop's thread.
 */
final class Run {

    private final long from;
    private final Gap.@Nullable Reason gap;
    private final long start;
    private final List<EncodedEntry> entries;
    private final long totalMillis;
    private int joinedLength; // 0 until it is known, and for a single entry, which is a write whatever its size
    private byte @Nullable [] joined;

    private Run(long from, Gap.@Nullable Reason gap, long start, List<EncodedEntry> entries) {
        this.from = from;
        this.gap = gap;
        this.start = start;
        this.entries = entries;
        this.totalMillis =
                entries.stream().mapToLong(e -> e.entry().position().millis()).sum();
    }

    /** Returns the run of entries that the replay buffer has after a position. */
    static Run contiguous(long from, List<EncodedEntry> entries) {
        return new Run(from, null, from, entries);
    }

    /** Returns the run that a backplane's page holds. */
    static Run of(long from, Page page, CursorLayout topicAlone) {
        List<EncodedEntry> entries = page.entries().stream()
                .map(entry -> new EncodedEntry(entry, topicAlone))
                .toList();
        return switch (page.verdict()) {
            case CONTIGUOUS -> contiguous(from, entries);
            case TRIMMED -> new Run(from, Gap.Reason.TRIMMED, start(page), entries);
            case RESET -> new Run(from, Gap.Reason.RESET, start(page), entries);
        };
    }

    /** The place behind a gap: before the first entry that follows it, so that the gap is told once and no entry lost. */
    private static long start(Page page) {
        return page.entries().isEmpty()
                ? page.end().value()
                : page.entries().get(0).prev().value();
    }

    /** Returns the position that this run follows. */
    long from() {
        return from;
    }

    /** Returns why entries between {@link #from} and {@link #start} are lost, or null if there are none. */
    Gap.@Nullable Reason gap() {
        return gap;
    }

    /** Returns the position before the first entry. */
    long start() {
        return start;
    }

    /** Returns the position of the last entry. */
    long end() {
        return entries.isEmpty() ? start : entries.get(entries.size() - 1).position();
    }

    List<EncodedEntry> entries() {
        return entries;
    }

    /** Returns the sum of the entries' times, from which the delay of all of them follows. */
    long totalMillis() {
        return totalMillis;
    }

    boolean isEmpty() {
        return entries.isEmpty() && gap == null;
    }

    /** Tells whether all entries together make one write. */
    boolean isOneWrite() {
        if (entries.size() > 1 && joinedLength == 0) {
            joinedLength = entries.stream().mapToInt(e -> e.frame().bytes().length).sum();
        }
        return joinedLength <= FrameJoiner.MAX_BYTES;
    }

    /** Returns the whole frames of all entries: one write for each of thousands of connections. */
    byte[] joined() {
        if (joined == null) {
            joined = entries.size() == 1 ? entries.get(0).frame().bytes() : join();
        }
        return joined;
    }

    private byte[] join() {
        FrameJoiner joiner = new FrameJoiner();
        for (EncodedEntry entry : entries) {
            joiner.add(entry.frame().bytes());
        }
        return joiner.join();
    }
}
