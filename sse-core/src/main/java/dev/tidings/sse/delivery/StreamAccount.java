package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one stream is called, how it began, and why it ends: what seldom changes, and is therefore out of the way of its
 * {@link Reader}, of which thousands are visited for each event. Owned by its loop's thread, but for what never changes.
 */
final class StreamAccount {

    private static final long NOT_YET = -1;

    private final String node;
    private final long number;
    private final long begun;
    private long establishment = NOT_YET;
    private @Nullable CloseReason ending;

    /**
     * Begins.
     *
     * @param node unlike every other node's
     * @param number unlike that of every other stream of the node
     * @param begun when the stream was asked for, in nanoseconds
     */
    StreamAccount(String node, long number, long begun) {
        this.node = node;
        this.number = number;
        this.begun = begun;
    }

    /** Names the stream on all nodes. */
    String id() {
        return node + ":" + number;
    }

    /** Tells whether that is this text; of the many that are asked, few have to write it out. */
    boolean isOf(String id) {
        return id.startsWith(node) && id.equals(id());
    }

    void established(long now) {
        establishment = now - begun;
    }

    /** Notes why the library ends the stream; the first reason counts. */
    void ending(CloseReason reason) {
        if (ending == null) {
            ending = reason;
        }
    }

    /** Returns why the library ended the stream, or null: then its peer left. */
    @Nullable
    CloseReason ending() {
        return ending;
    }

    Duration age(long now) {
        return Duration.ofNanos(Math.max(0, now - begun));
    }

    @Nullable
    Duration establishment() {
        return establishment == NOT_YET ? null : Duration.ofNanos(establishment);
    }
}
