package dev.tidings.sse;

import java.util.Objects;

/**
 * An event in a topic's log.
 *
 * @param position where it stands
 * @param prev the position of its predecessor, or {@link Position#NONE} where the log began with it: whoever meets an
 *     entry whose {@code prev} is not what it read last has found a hole
 * @param event what was published
 */
public record Entry(Position position, Position prev, Event event) {

    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException if {@code prev} is not before {@code position}
     */
    public Entry {
        Objects.requireNonNull(event, "event");
        if (prev.compareTo(position) >= 0) {
            throw new IllegalArgumentException("prev must be before position " + position + ", was " + prev);
        }
    }
}
