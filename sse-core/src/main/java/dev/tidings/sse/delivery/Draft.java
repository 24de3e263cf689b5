package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Position;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One write being put together: what a reader would be given, and where it would stand behind it. Only when its outlet has
 * taken the write does the reader make that its own; otherwise the draft is forgotten, and read again later.
 *
 * <p>A loop has a single one, since it writes to one reader at a time. Owned by its loop's thread.
 */
final class Draft {

    private static final Logger LOG = System.getLogger(Draft.class.getName());

    private static final BitSet NONE = new BitSet(0); // never changed

    private final long[] ahead = new long[Settings.MOST];
    private final List<EncodedEntry> written = new ArrayList<>();
    private final List<Gap> told = new ArrayList<>();
    private long foreign;
    private long unreadable;
    private long keptUp; // a bit for each topic of which all there is fits this write
    private boolean moved;
    private @Nullable CloseReason endWith;

    /** Begins a write for a reader that stands at these positions. */
    void begin(long[] positions, @Nullable Resume resume, boolean cursorMoved) {
        System.arraycopy(positions, 0, ahead, 0, positions.length);
        foreign = resume == null ? 0 : resume.foreign();
        unreadable = resume == null ? 0 : resume.unreadable();
        keptUp = 0;
        moved = cursorMoved;
        endWith = null;
        written.clear();
        told.clear();
    }

    /** Moves a reader to where it stands behind this write. */
    void commit(long[] positions, @Nullable Resume resume) {
        System.arraycopy(ahead, 0, positions, 0, positions.length);
        if (resume != null) {
            resume.settle(foreign, unreadable);
        }
    }

    /** Returns the positions behind what was added so far. */
    long[] ahead() {
        return ahead;
    }

    /** Tells whether the cursor is ahead of the last id in this write. */
    boolean moved() {
        return moved;
    }

    /** Returns a bit for each topic whose end this write reaches. */
    long keptUp() {
        return keptUp;
    }

    /** Returns why the subscription must end instead of being given this, or null. */
    @Nullable
    CloseReason endWith() {
        return endWith;
    }

    List<EncodedEntry> written() {
        return written;
    }

    List<Gap> told() {
        return told;
    }

    /** Adds what lies ahead of a reader in one topic; tells whether all of it fits this write. */
    boolean add(Reader reader, int i) {
        if (!addBadCursor(reader, i)) {
            return false;
        }
        while (!reader.memberships().isReading(i)) {
            Run run = run(reader, i);
            if (run == Run.TOO_SLOW) {
                endWith = CloseReason.SLOW;
                return true;
            } else if (run == null) {
                reader.requestPage(i, ahead[i]);
            } else if (run.isEmpty() && !isForeign(i)) {
                keptUp |= 1L << i;
                break;
            } else if (!add(reader, i, run)) {
                return false;
            }
        }
        return true;
    }

    /** What follows a position of another log, only the backplane can say. */
    private @Nullable Run run(Reader reader, int i) {
        Memberships memberships = reader.memberships();
        TopicReaders topic = memberships.topic(i);
        boolean filtered = reader.filter() != null;
        return isForeign(i)
                ? topic.pageAfter(ahead[i], filtered)
                : topic.runAfter(ahead[i], filtered, memberships.hasKeptUp(i));
    }

    private boolean isForeign(int i) {
        return (foreign & 1L << i) != 0;
    }

    private boolean add(Reader reader, int i, Run run) {
        return addGap(reader, i, run) && (addWhole(reader, i, run) || addEach(reader, i, run));
    }

    /** Tells, once for each topic, that reading began at the end for want of anything better. */
    private boolean addBadCursor(Reader reader, int i) {
        Resume resume = reader.resume();
        if (resume == null || (unreadable & 1L << i) == 0) {
            return true;
        }
        Gap gap = new Gap(reader.topics().get(i), Gap.Reason.BAD_CURSOR);
        if (!tell(reader, gap, i, Position.NONE.value(), resume.startBehindGap(i))) {
            return false;
        }
        unreadable &= ~(1L << i);
        return true;
    }

    private boolean addGap(Reader reader, int i, Run run) {
        Gap.Reason reason = isForeign(i) ? Gap.Reason.RESET : run.gap();
        if (reason == null) {
            return true;
        }
        if (!tell(reader, new Gap(reader.topics().get(i), reason), i, run.from(), run.start())) {
            return false;
        }
        foreign &= ~(1L << i);
        return true;
    }

    private boolean tell(Reader reader, Gap gap, int i, long before, long behind) {
        ahead[i] = behind;
        if (!reader.outlet().gap(gap, ahead)) {
            ahead[i] = before;
            return false;
        }
        told.add(gap);
        moved = false;
        return true;
    }

    private boolean addWhole(Reader reader, int i, Run run) {
        if (reader.filter() != null
                || run.entries().isEmpty()
                || !reader.outlet().entries(run)) {
            return false;
        }
        ahead[i] = run.end();
        moved = false;
        written.addAll(run.entries());
        return true;
    }

    private boolean addEach(Reader reader, int i, Run run) {
        Predicate<Event> filter = reader.filter();
        BitSet superseded =
                filter != null && reader.memberships().topic(i).feed().isConflating()
                        ? run.superseded(entry -> passes(entry, filter, reader))
                        : NONE;
        for (int e = 0; e < run.entries().size(); e++) {
            EncodedEntry entry = run.entries().get(e);
            long before = ahead[i];
            ahead[i] = entry.position();
            if (superseded.get(e) || !passes(entry, filter, reader)) {
                moved = true;
            } else if (reader.outlet().entry(i, entry, ahead)) {
                moved = false;
                written.add(entry);
            } else {
                ahead[i] = before;
                return false;
            }
        }
        return true;
    }

    /** A filter may guard access, so one that throws lets nothing more through: it ends the subscription. */
    private boolean passes(EncodedEntry entry, @Nullable Predicate<Event> filter, Reader reader) {
        if (filter == null) {
            return true;
        }
        try {
            return endWith == null && filter.test(entry.entry().event());
        } catch (Throwable failure) { // an Error lets as little through as an exception
            LOG.log(Level.ERROR, "a filter threw; its subscription to " + reader.topics() + " ends", failure);
            endWith = CloseReason.ERROR;
            return false;
        }
    }
}
