package dev.tidings.sse.delivery;

import dev.tidings.sse.Gap;
import dev.tidings.sse.ResumeOutcome;

/**
 * What is special about a reader that came with a cursor, until it has caught up. Most readers have none most of the time.
 *
 * <p>Owned by its loop's thread.
 */
final class Resume {

    private final long[] startsBehindGaps;
    private long foreign;
    private long unreadable;
    private ResumeOutcome outcome;

    private Resume(long[] startsBehindGaps, long foreign, long unreadable, ResumeOutcome outcome) {
        this.startsBehindGaps = startsBehindGaps;
        this.foreign = foreign;
        this.unreadable = unreadable;
        this.outcome = outcome;
    }

    /**
     * Begins from a cursor that was read.
     *
     * @param foreign a bit for each topic whose position is another log's, so that the first answer is a reset
     */
    static Resume from(long[] start, long foreign) {
        return new Resume(start, foreign, 0, ResumeOutcome.COMPLETE);
    }

    /** Begins at the end of each topic, which is told as a gap, for want of a cursor that can be read. */
    static Resume unreadable(long[] ends) {
        long all = -1L >>> -ends.length; // as many bits as there are topics
        return new Resume(ends, 0, all, ResumeOutcome.BAD_CURSOR);
    }

    /** Returns a bit for each topic of which it is yet to be told that its log is another one. */
    long foreign() {
        return foreign;
    }

    /** Returns a bit for each topic of which it is yet to be told that the cursor could not be read. */
    long unreadable() {
        return unreadable;
    }

    /** Returns where reading begins behind the gap of an unreadable cursor. */
    long startBehindGap(int topicIndex) {
        return startsBehindGaps[topicIndex];
    }

    /** Notes what is yet to be told after a write was taken. */
    void settle(long foreignLeft, long unreadableLeft) {
        foreign = foreignLeft;
        unreadable = unreadableLeft;
    }

    void told(Gap gap) {
        if (outcome == ResumeOutcome.COMPLETE && gap.reason() != Gap.Reason.BAD_CURSOR) {
            outcome = ResumeOutcome.GAP;
        }
    }

    ResumeOutcome outcome() {
        return outcome;
    }
}
