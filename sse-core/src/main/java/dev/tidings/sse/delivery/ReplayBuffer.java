package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.log.LogWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bounded recent part of a topic's log that this node holds. It is every subscription's queue.
 *
 * <p>It never has a hole: an entry that does not follow on starts it anew, and whoever reads from further back asks the
 * backplane. It knows what follows a position, and never concludes that a position is lost.
 *
 * <p>Thread-safe by its monitor, which is held for a few array accesses.
 */
final class ReplayBuffer {

    private static final int MAX_BYTES = 4 << 20;

    private final int maxEntries;
    private final CursorLayout topicAlone;

    // Guarded by this. Null until it is known where the log stands.
    private @Nullable LogWindow<EncodedEntry> window;
    private long bytes;
    // Written under the monitor, read by any thread.
    private volatile long version;

    ReplayBuffer(int maxEntries, CursorLayout topicAlone) {
        this.maxEntries = maxEntries;
        this.topicAlone = topicAlone;
    }

    /** Returns a number that changes with every change of the content. */
    long version() {
        return version;
    }

    /** Files a new entry, and tells whether it was new. */
    synchronized boolean append(Entry entry) {
        long position = entry.position().value();
        if (window == null) {
            window = new LogWindow<>(entry.prev().value());
        } else if (entry.prev().value() != window.end()) {
            if (window.indexAfter(position) != LogWindow.UNKNOWN) {
                return false; // delivered twice by the backplane
            }
            restart(window, entry.prev().value());
        }
        EncodedEntry added = new EncodedEntry(entry, topicAlone);
        window.add(position, added);
        bytes += added.size();
        trim(window);
        version++;
        return true;
    }

    /** Returns what follows a position, oldest first and about a write's worth; null if the position is not known here. */
    synchronized @Nullable List<EncodedEntry> after(long position) {
        int from = window == null ? LogWindow.UNKNOWN : window.indexAfter(position);
        if (window == null || from == LogWindow.UNKNOWN) {
            return null;
        }
        List<EncodedEntry> found = new ArrayList<>(Math.min(window.size() - from, 16));
        int foundBytes = 0;
        for (int i = from; i < window.size() && foundBytes < FrameJoiner.MAX_BYTES; i++) {
            EncodedEntry entry = window.get(i);
            found.add(entry);
            foundBytes += entry.size();
        }
        return found;
    }

    /** Returns the position of the newest entry, or -1 while it is not known where the log stands. */
    synchronized long end() {
        return window == null ? -1 : window.end();
    }

    /**
     * Learns from the backplane where the log ends, unless something happened since the question was put.
     *
     * @param askedAt the version when it was
     */
    synchronized void learnEnd(long end, long askedAt) {
        if (version != askedAt) {
            return;
        }
        if (window == null) {
            window = new LogWindow<>(end);
        } else if (window.end() != end) {
            restart(window, end); // the log was rolled back, and this node had not heard
        }
    }

    /** Forgets everything: it may not be so any more. */
    synchronized void clear() {
        window = null;
        bytes = 0;
        version++;
    }

    private void restart(LogWindow<EncodedEntry> restarted, long base) {
        restarted.restart(base);
        bytes = 0;
    }

    private void trim(LogWindow<EncodedEntry> trimmed) {
        while (trimmed.size() > maxEntries || (bytes > MAX_BYTES && trimmed.size() > 1)) {
            bytes -= trimmed.removeOldest().size();
        }
    }
}
