package dev.tidings.sse.spi;

import java.util.Objects;

/**
 * One place that is held in a group.
 *
 * @param id unlike every other lease's, on every node
 * @param holder whom it is held for; empty for nobody in particular
 */
public record Lease(String id, String holder) {

    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException if the id is empty
     */
    public Lease {
        Objects.requireNonNull(holder, "holder");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id of a lease must not be empty");
        }
    }
}
