package dev.tidings.sse.delivery;

import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import java.util.List;

/**
 * Where a reader's events go: a connection's frames, a callback, or the loop's own control log.
 *
 * <p>A reader puts together one write, offers it, and only when all of it was taken moves its cursor. What was not taken
 * is read again later, so nothing is queued here. Called by the reader's loop only.
 */
interface Outlet {

    /** Tells whether there is a peer that wants heartbeats, and is cut when it takes nothing for too long. */
    default boolean isConnection() {
        return false;
    }

    /** Learns that the reader reads a single topic, so that what all such readers have in common can be shared. */
    default void readsOnly(TopicFeed feed) {}

    /** Begins a new write; what an earlier one held and was not taken is dropped. */
    void begin();

    boolean isEmpty();

    /** Adds an entry, or says that it does not fit this write. {@code positions} are those behind it. */
    boolean entry(int topicIndex, EncodedEntry entry, long[] positions);

    /** Adds all entries of a run at once, if this outlet can do that cheaply; else says no, and adds nothing. */
    default boolean entries(Run run) {
        return false;
    }

    /** Adds a gap, or says that it does not fit this write. {@code positions} are those behind it. */
    boolean gap(Gap gap, long[] positions);

    void open(long[] positions, boolean resumed, List<Topic> fresh);

    void status(boolean stale);

    /** Adds a heartbeat, with the cursor if that has moved since it was last sent. */
    void heartbeat(long[] positions, boolean moved);

    /** Adds the last block. {@code opened} tells whether the positions mean anything. */
    void close(Ending ending, long[] positions, boolean opened);

    /** Offers what was put together, all or nothing. */
    Outcome offer();

    /**
     * Learns that the cursor is ahead of what was last taken, by what was read and is not to be written; tells whether
     * that is enough, and no write need carry the cursor.
     */
    default boolean moved(long[] positions) {
        return false;
    }

    /** Returns how many events were taken; 0 where that is not counted, as is the next. */
    default long events() {
        return 0;
    }

    /** Returns how many bytes were taken. */
    default long bytes() {
        return 0;
    }

    /** Ends the receiving side after all that was taken. */
    void end();

    /** Ends the receiving side at once. */
    void abort();
}
