package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Gap;
import dev.tidings.sse.spi.Page;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What lies after a position of a topic: perhaps a gap, then entries. Shared by all readers that stand there, with their
 * bytes. Owned by its loop's thread.
 */
final class Run {

    /** Says that who stands there is too slow for the topic's policy, and ends. */
    static final Run TOO_SLOW = new Run(-1, null, -1, List.of());

    /** Says that nothing follows, wherever it is. */
    static final Run NOTHING = new Run(-1, null, -1, List.of());

    private final long from;
    private final Gap.@Nullable Reason gap;
    private final long start;
    private final List<EncodedEntry> entries;
    private int joinedLength; // 0 until it is known, and for a single entry, which is a write whatever its size
    private byte @Nullable [] joined;

    private Run(long from, Gap.@Nullable Reason gap, long start, List<EncodedEntry> entries) {
        this.from = from;
        this.gap = gap;
        this.start = start;
        this.entries = entries;
    }

    /** Returns the run of entries that the replay buffer has after a position. */
    static Run contiguous(long from, List<EncodedEntry> entries) {
        return new Run(from, null, from, entries);
    }

    /** Returns the run that skips to the newest entry, for a reader that is too slow. */
    static Run skippedTo(long from, EncodedEntry newest) {
        return new Run(from, Gap.Reason.SLOW, newest.entry().prev().value(), List.of(newest));
    }

    /**
     * Returns the run that a backplane's page holds.
     *
     * @param sharesAll whether its readers see every key, so that what was superseded is no loss to them
     */
    static Run of(long from, Page page, TopicFeed feed, boolean sharesAll) {
        List<Entry> kept = sharesAll ? page.entries() : upToHole(page.entries());
        List<EncodedEntry> entries = kept.stream().map(feed::encode).toList();
        return switch (page.verdict()) {
            case CONTIGUOUS -> contiguous(from, entries);
            case CONFLATED ->
                sharesAll ? contiguous(from, entries) : behindGap(from, Gap.Reason.TRIMMED, page, entries);
            case TRIMMED -> behindGap(from, Gap.Reason.TRIMMED, page, entries);
            case RESET -> behindGap(from, Gap.Reason.RESET, page, entries);
        };
    }

    /** What was superseded may be missing anywhere. Whoever cares reads on from there, and finds it before the first entry. */
    private static List<Entry> upToHole(List<Entry> entries) {
        for (int i = 1; i < entries.size(); i++) {
            if (!entries.get(i).prev().equals(entries.get(i - 1).position())) {
                return entries.subList(0, i);
            }
        }
        return entries;
    }

    /** A gap that leads to where the reader stands would be told for ever; nothing is lost there. */
    private static Run behindGap(long from, Gap.Reason reason, Page page, List<EncodedEntry> entries) {
        long start = start(page);
        return start == from ? contiguous(from, entries) : new Run(from, reason, start, entries);
    }

    /** Returns this run without the entries that a later one of its key supersedes. */
    Run conflated() {
        BitSet superseded = superseded(entry -> true);
        List<EncodedEntry> latest = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (!superseded.get(i)) {
                latest.add(entries.get(i));
            }
        }
        return new Run(from, gap, start, latest);
    }

    /** Tells which entries a later one of the same key supersedes, where only those count that a subscriber may see. */
    BitSet superseded(Predicate<EncodedEntry> sees) {
        BitSet superseded = new BitSet(entries.size());
        Set<String> laterKeys = new HashSet<>();
        for (int i = entries.size() - 1; i >= 0; i--) {
            EncodedEntry entry = entries.get(i);
            String key = entry.key();
            if (key != null && sees.test(entry) && !laterKeys.add(key)) {
                superseded.set(i);
            }
        }
        return superseded;
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

    boolean isEmpty() {
        return entries.isEmpty() && gap == null;
    }

    /** Tells whether all entries together make one write. */
    boolean isOneWrite() {
        if (entries.size() > 1 && joinedLength == 0) {
            joinedLength =
                    entries.stream().mapToInt(e -> e.frame().bytes().length).sum();
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
