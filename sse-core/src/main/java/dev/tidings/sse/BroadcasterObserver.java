package dev.tidings.sse;

import org.jspecify.annotations.Nullable;

/**
 * Hears what a broadcaster does, as it does it; {@link EventBroadcaster#metrics} has the sums. Override what matters.
 *
 * <p><em>Threading.</em> Called often, and by several threads at once: be thread-safe and quick, and do no I/O. Most calls
 * come from delivery loops. {@link #published} comes from whatever thread the append completes on: that of the publisher
 * with logs in memory, one of the backplane's with others. What an observer throws is logged and otherwise ignored.
 */
public interface BroadcasterObserver {

    /** An event was stored; duplicates are not told. */
    default void published(Topic topic, Event event) {}

    /**
     * An event was handed to a stream or a subscriber, once for each of them.
     *
     * @param latencyMillis from the event's position in its log until now, by the clocks of the log and of this node; 0
     *     where the log's is ahead
     */
    default void delivered(Topic topic, Event event, long latencyMillis) {}

    /** A stream or a subscription began to read, resuming from a cursor or not. */
    default void opened(boolean resumed) {}

    /** A stream or a subscription that had resumed has caught up. */
    default void caughtUp(ResumeOutcome outcome) {}

    /** A gap was told. */
    default void gap(Gap gap) {}

    /** The library ended a stream or a subscription. */
    default void closed(CloseReason reason) {}

    /** A transport's stream was established: its {@code stream.open} was handed over. At most once for each stream. */
    default void established(StreamSummary stream) {}

    /**
     * A transport's stream is over, however it ended: the place for one line of a log. Once for each that was opened at
     * {@link dev.tidings.sse.spi.Streams#open}, and its last call: also for those that were refused since the node is full
     * or leaving, or whose peer left before they were established. When a drain completes, these calls have been made for
     * all streams that there were, but perhaps not for those that it refused meanwhile.
     *
     * @param reason why the library ended it, or null where its peer just left
     */
    default void ended(StreamSummary stream, @Nullable CloseReason reason) {}
}
