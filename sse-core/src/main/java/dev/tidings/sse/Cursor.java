package dev.tidings.sse;

import java.util.Objects;

/**
 * The positions of all topics of one subscription: what the SSE {@code id:} carries and {@code Last-Event-ID} brings
 * back. Opaque, and good on every node.
 *
 * <p>A cursor comes from {@link EventBroadcaster#position}, from {@link Subscription#cursor} or from a client, so it is
 * untrusted. Any text makes a cursor; one that cannot be read is answered by a {@link Gap} with reason
 * {@link Gap.Reason#BAD_CURSOR}, never by silence.
 *
 * @param text the characters of the {@code id:} line
 */
public record Cursor(String text) {

    /** Requires the text. */
    public Cursor {
        Objects.requireNonNull(text, "text");
    }

    /**
     * Returns the text. That of a cursor which this library made is ready for an {@code id:} line, a header or a page; a
     * client's may hold anything.
     */
    @Override
    public String toString() {
        return text;
    }
}
