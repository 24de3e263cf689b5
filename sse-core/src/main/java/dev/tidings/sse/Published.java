package dev.tidings.sse;

import java.util.Objects;

/**
 * The answer to a publish: the event is in its topic's log.
 *
 * @param position where it stands
 * @param duplicate whether an earlier publish with the same idempotency key had already put it there
 */
public record Published(Position position, boolean duplicate) {

    /** Requires the position. */
    public Published {
        Objects.requireNonNull(position, "position");
    }
}
