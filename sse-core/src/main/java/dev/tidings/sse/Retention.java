package dev.tidings.sse;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of a topic's log is kept for those who come back or read slowly.
 *
 * <pre>{@code
 * Retention.DEFAULT                                            // 256 entries, one hour
 * Retention.DEFAULT.maxEntries(10_000).maxAge(Duration.ofDays(1))
 * Retention.DEFAULT.conflate()                                 // the latest per key is enough
 * }</pre>
 *
 * @param maxEntries the most entries, at least {@value #MIN_ENTRIES}
 * @param maxAge how old an entry may become; also how long a topic without subscribers is remembered. An older entry may
 *     still be given until the topic is next written to
 * @param maxBytes the most bytes of data, but for a single entry
 * @param conflating whether an entry may be left out once a later one with its {@link Event#key} supersedes it. After any
 *     pause a subscriber's last event per key is the same as if it had seen all, or it is told a gap
 */
public record Retention(int maxEntries, Duration maxAge, long maxBytes, boolean conflating) {

    /** The fewest entries that may be kept: a backplane that retries an append looks for it among the last ones. */
    public static final int MIN_ENTRIES = 16;

    /** 256 entries, one hour, 16 MiB, every entry. */
    public static final Retention DEFAULT = new Retention(256, Duration.ofHours(1), 16L << 20, false);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if {@code maxEntries} is below {@value #MIN_ENTRIES}, {@code maxAge} is below one
     *     second or above a year, or {@code maxBytes} is below 1
     */
    public Retention {
        Objects.requireNonNull(maxAge, "maxAge");
        if (maxEntries < MIN_ENTRIES) {
            throw new IllegalArgumentException("maxEntries must be >= " + MIN_ENTRIES + ", was " + maxEntries);
        }
        if (maxAge.compareTo(Duration.ofSeconds(1)) < 0 || maxAge.compareTo(Duration.ofDays(366)) > 0) {
            throw new IllegalArgumentException("maxAge must be from 1 s to 366 days, was " + maxAge);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be >= 1, was " + maxBytes);
        }
    }

    /**
     * Returns this retention with another number of entries.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public Retention maxEntries(int newMaxEntries) {
        return new Retention(newMaxEntries, maxAge, maxBytes, conflating);
    }

    /**
     * Returns this retention with another age.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public Retention maxAge(Duration newMaxAge) {
        return new Retention(maxEntries, newMaxAge, maxBytes, conflating);
    }

    /**
     * Returns this retention with another number of bytes.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public Retention maxBytes(long newMaxBytes) {
        return new Retention(maxEntries, maxAge, newMaxBytes, conflating);
    }

    /** Returns this retention for a topic of which only the latest event per key matters. */
    public Retention conflate() {
        return new Retention(maxEntries, maxAge, maxBytes, true);
    }
}
