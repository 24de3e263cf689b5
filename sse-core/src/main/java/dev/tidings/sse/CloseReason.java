package dev.tidings.sse;

import java.util.Locale;

/** Why a stream ended, as {@code stream.close} and {@link Subscriber#onClosed} tell it. */
public enum CloseReason {
    /** The access that was granted ran out. */
    EXPIRED,
    /** The access was withdrawn. */
    REVOKED,
    /** A newer connection of the same principal took its place; this one must not come back by itself. */
    REPLACED,
    /** What the principal may see may have changed: connect again, so that the application decides anew. */
    CHANGED,
    /** The node is leaving; another one, or its successor, serves the reconnect. */
    DRAIN,
    /** The server is full. */
    LIMIT,
    /** The subscriber was too slow for the topic's policy. */
    SLOW,
    /** Something went wrong on the server, such as a filter that threw. */
    ERROR;

    /** The name in {@code stream.close}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Tells whether a client may connect again by itself. */
    public boolean mayReconnect() {
        return this != REPLACED;
    }
}
