package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one read of the control log brought, applied in one pass over a loop's streams. It is a task, since access goes
 * before delivery; where many streams end, it lets other tasks come in between. Owned by its loop's thread.
 */
final class ControlBatch implements Runnable {

    /** Each stream is held against each entry, so this bounds how long a loop is at it. */
    private static final int MOST = 256;

    private record Entry(AccessChange change, long position) {}

    private final DeliveryLoop loop;
    private final Runnable whenDone;
    private final List<Entry> entries = new ArrayList<>();
    private int read; // also those that say nothing to this version
    private boolean lost;
    private @Nullable Boolean stale;
    private @Nullable Iterator<Reader> streams;
    private int open;

    ControlBatch(DeliveryLoop loop, Runnable whenDone) {
        this.loop = loop;
        this.whenDone = whenDone;
    }

    boolean isEmpty() {
        return read == 0 && !lost && stale == null;
    }

    /** Adds an entry, or says that this is enough for one pass. */
    boolean add(@Nullable AccessChange change, long position) {
        if (read == MOST) {
            return false;
        }
        read++;
        if (change != null) {
            entries.add(new Entry(change, position));
        }
        return true;
    }

    /** Notes that what was withdrawn is not known any more, so that every stream must ask again. */
    void lost() {
        lost = true;
    }

    void stale(boolean isStale) {
        stale = isStale;
    }

    @Override
    public void run() {
        Iterator<Reader> left = streams == null ? start() : streams;
        try {
            for (int ended = 0; ended < Turn.SLICE && left.hasNext(); ) {
                ended += endIfWithdrawn(left.next()) ? 1 : 0;
            }
        } finally {
            if (left.hasNext()) {
                loop.execute(this);
            } else {
                whenDone.run();
            }
        }
    }

    private Iterator<Reader> start() {
        if (stale != null) {
            loop.gate().stale(stale);
        }
        List<Reader> all = loop.readers().all();
        open = all.size();
        streams = all.iterator();
        return streams;
    }

    private boolean endIfWithdrawn(Reader stream) {
        Grant grant = stream.grant();
        if (grant == null || stream.isClosed()) {
            return false;
        }
        if (lost) {
            stream.close(
                    Ending.inWaves(CloseReason.CHANGED, open * loop.settings().loops()));
            return true;
        }
        for (Entry entry : entries) {
            if (grant.decidedAt() < entry.position && entry.change.isAbout(stream)) {
                stream.close(entry.change.reason());
                return true;
            }
        }
        return false;
    }
}
