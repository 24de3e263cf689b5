package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Retention;
import dev.tidings.sse.log.ByteBudget;
import dev.tidings.sse.log.LogWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bounded recent part of a topic's log that this node holds. It is every subscription's queue.
 *
 * <p>It never has a hole: an entry that does not follow on starts it anew, and whoever reads from further back asks the
 * backplane. It knows what follows a position, and never concludes that a position is lost.
 *
 * <p>Thread-safe by its monitor, which is held for a few array accesses.
 */
final class ReplayBuffer implements ByteBudget.Holder {

    static final long UNKNOWN_END = -1;

    private final Retention retention;
    private final ByteBudget budget;
    private final Function<Entry, EncodedEntry> encoder;

    // Guarded by this. Null until it is known where the log stands.
    private @Nullable LogWindow<EncodedEntry> window;
    private long bytes;
    private long countedBytes;
    private boolean closed;
    // Written under the monitor, read by any thread.
    private volatile long version;

    ReplayBuffer(Retention retention, ByteBudget budget, Function<Entry, EncodedEntry> encoder) {
        this.retention = retention;
        this.budget = budget;
        this.encoder = encoder;
    }

    /** Returns a number that changes with every change of the content. */
    long version() {
        return version;
    }

    /** Files a new entry, and tells whether it was new. */
    boolean append(Entry entry) {
        boolean added = file(entry);
        budget.enforce(); // without this buffer's lock: it may take that of another
        return added;
    }

    private synchronized boolean file(Entry entry) {
        if (closed) {
            return false; // it was under way, and nobody would take it out of the budget again
        }
        long position = entry.position().value();
        if (window == null) {
            window = new LogWindow<>(entry.prev().value());
        } else if (entry.prev().value() != window.end()) {
            if (window.indexAfter(position) != LogWindow.UNKNOWN) {
                return false; // delivered twice by the backplane
            }
            restart(window, entry.prev().value());
        }
        EncodedEntry added = encoder.apply(entry);
        window.add(position, added);
        bytes += added.size();
        trim(window);
        version++;
        return true;
    }

    /** Returns what follows a position, oldest first and about a write's worth; null if the position is not known here. */
    @Nullable
    List<EncodedEntry> after(long position) {
        return after(position, FrameJoiner.MAX_BYTES);
    }

    /** Returns all that follows a position, oldest first; null if the position is not known here. */
    @Nullable
    List<EncodedEntry> allAfter(long position) {
        return after(position, Long.MAX_VALUE);
    }

    /** Returns the newest entry, if more than so many follow a position, or more than are ever kept. */
    synchronized @Nullable EncodedEntry newestIfMoreThan(int entries, long position) {
        if (window == null) {
            return null;
        }
        int behind = window.size() - window.firstLaterThan(position);
        boolean moreThanKept = behind == retention.maxEntries() && position < window.base();
        return behind > entries || moreThanKept ? window.get(window.size() - 1) : null;
    }

    /** Returns the position of the newest entry, or {@link #UNKNOWN_END} while it is not known where the log stands. */
    synchronized long end() {
        return window == null ? UNKNOWN_END : window.end();
    }

    /**
     * Learns from the backplane where the log ends, unless something happened since the question was put.
     *
     * @param askedAt the version when it was
     * @return whether this node had believed that it ends elsewhere: an entry is still on its way here, and will be taken
     *     for one that was delivered, or the log was rolled back; whoever stands at the old end must be told
     */
    synchronized boolean learnEnd(long end, long askedAt) {
        if (version != askedAt) {
            return false;
        }
        if (window == null) {
            window = new LogWindow<>(end);
        } else if (window.end() != end) {
            restart(window, end);
            version++;
            return true;
        }
        return false;
    }

    /** Forgets everything: it may not be so any more. */
    synchronized void clear() {
        window = null;
        bytes = 0;
        count();
        version++;
    }

    /** Forgets everything, and files nothing any more. It no longer counts against the budget. */
    synchronized void close() {
        closed = true;
        clear();
    }

    @Override
    public synchronized void shed() {
        if (window != null) {
            for (int left = window.size() / 2; window.size() > left; ) {
                bytes -= window.removeOldest().size();
            }
        }
        count();
    }

    private synchronized @Nullable List<EncodedEntry> after(long position, long maxBytes) {
        int from = window == null ? LogWindow.UNKNOWN : window.indexAfter(position);
        if (window == null || from == LogWindow.UNKNOWN) {
            return null;
        }
        if (from == window.size()) {
            return List.of();
        }
        List<EncodedEntry> found = new ArrayList<>(Math.min(window.size() - from, 16));
        long foundBytes = 0;
        for (int i = from; i < window.size() && foundBytes < maxBytes; i++) {
            EncodedEntry entry = window.get(i);
            found.add(entry);
            foundBytes += entry.size();
        }
        return found;
    }

    private static long millis(LogWindow<EncodedEntry> window, int index) {
        return window.get(index).entry().position().millis();
    }

    private void restart(LogWindow<EncodedEntry> restarted, long base) {
        restarted.restart(base);
        bytes = 0;
        count();
    }

    private void trim(LogWindow<EncodedEntry> trimmed) {
        long oldestMillis =
                millis(trimmed, trimmed.size() - 1) - retention.maxAge().toMillis();
        while (trimmed.size() > retention.maxEntries()
                || (bytes > retention.maxBytes() && trimmed.size() > 1)
                || millis(trimmed, 0) < oldestMillis) {
            bytes -= trimmed.removeOldest().size();
        }
        count();
    }

    private void count() {
        budget.changed(this, countedBytes, bytes);
        countedBytes = bytes;
    }
}
