package dev.tidings.sse;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of a topic's log is kept for those who come back or read slowly.
 *
 * @param maxEntries the most entries, at least {@value #MIN_ENTRIES}
 * @param maxAge the oldest entry; also how long a topic without subscribers is remembered
 */
public record Retention(int maxEntries, Duration maxAge) {

    /** The fewest entries that may be kept: a backplane that retries an append looks for it among the last ones. */
    public static final int MIN_ENTRIES = 16;

    /** 256 entries, one hour. */
    public static final Retention DEFAULT = new Retention(256, Duration.ofHours(1));

    /**
     * Checks both bounds.
     *
     * @throws IllegalArgumentException if {@code maxEntries} is below {@value #MIN_ENTRIES} or {@code maxAge} is below
     *     one second
     */
    public Retention {
        Objects.requireNonNull(maxAge, "maxAge");
        if (maxEntries < MIN_ENTRIES) {
            throw new IllegalArgumentException("maxEntries must be >= " + MIN_ENTRIES + ", was " + maxEntries);
        }
        if (maxAge.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("maxAge must be >= 1 s, was " + maxAge);
        }
    }
}
