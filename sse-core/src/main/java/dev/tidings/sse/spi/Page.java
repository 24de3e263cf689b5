package dev.tidings.sse.spi;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import java.util.List;
import java.util.Objects;

/**
 * The answer to a read: what follows a position, and whether anything is missing in between.
 *
 * @param verdict what the position turned out to be
 * @param entries the oldest entries of the answer, in order. Each is the predecessor of the next but in a conflating log,
 *     where the {@code prev} of one that follows on what was dropped as superseded shows the hole
 * @param end the position of the log's last entry when it was read, or what an empty log starts at
 */
public record Page(Verdict verdict, List<Entry> entries, Position end) {

    /** Copies the entries. */
    public Page {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(end, "end");
        entries = List.copyOf(entries);
    }

    /** What a log makes of a position P. */
    public enum Verdict {
        /**
         * P is an entry, the end, or the {@code prev} of the oldest retained entry: the entries after P, with nothing
         * missing. Also the answer to a read of the end alone.
         */
        CONTIGUOUS,
        /**
         * As {@link #CONTIGUOUS}, but in a conflating log, where entries after P were dropped that later ones with their
         * key supersede. Nothing is missing to a subscriber that sees all keys; one with a filter may not be given what
         * superseded, so to it this is as good as {@link #TRIMMED}.
         */
        CONFLATED,
        /** P is older than that, and the oldest retained entry has a predecessor: all that is retained. */
        TRIMMED,
        /**
         * The log is absent, or began after P, or ends before P, or has entries on both sides of P but not P: only the
         * entries later than P.
         */
        RESET
    }
}
