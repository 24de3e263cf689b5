package dev.tidings.sse;

/**
 * A place in one topic's log: {@code ms-seq}, strictly increasing within the topic. Positions of different topics do
 * not compare.
 *
 * @param value milliseconds since the epoch in the upper 48 bits, a sequence number in the lower 16; never negative
 */
public record Position(long value) implements Comparable<Position> {

    /** Before everything: the predecessor of an entry that has none. */
    public static final Position NONE = new Position(0);

    private static final int SEQUENCE_BITS = 16;

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if the value is negative
     */
    public Position {
        if (value < 0) {
            throw new IllegalArgumentException("position must not be negative, was " + value);
        }
    }

    /**
     * Returns the position of these parts.
     *
     * @throws IllegalArgumentException if {@code millis} does not fit 47 bits or {@code sequence} 16
     */
    public static Position of(long millis, int sequence) {
        if (millis < 0 || millis >= 1L << (63 - SEQUENCE_BITS)) {
            throw new IllegalArgumentException("millis must be from 0 to 2^47 - 1, was " + millis);
        }
        if (sequence < 0 || sequence >= 1 << SEQUENCE_BITS) {
            throw new IllegalArgumentException("sequence must be from 0 to 65535, was " + sequence);
        }
        return new Position(millis << SEQUENCE_BITS | sequence);
    }

    /** The time of this position by the log's own clock, in milliseconds since the epoch. */
    public long millis() {
        return value >>> SEQUENCE_BITS;
    }

    /** Tells entries of one millisecond apart. */
    public int sequence() {
        return (int) value & (1 << SEQUENCE_BITS) - 1;
    }

    /** Tells whether this is {@link #NONE}. */
    public boolean isNone() {
        return value == 0;
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(value, other.value);
    }

    /** Returns {@code ms-seq}. */
    @Override
    public String toString() {
        return millis() + "-" + sequence();
    }
}
