package dev.tidings.sse;

/** How it went for a subscriber that came back with a cursor. */
public enum ResumeOutcome {
    /** It got everything it had missed. */
    COMPLETE,
    /** It was told a gap. */
    GAP,
    /** Its cursor could not be read. */
    BAD_CURSOR
}
