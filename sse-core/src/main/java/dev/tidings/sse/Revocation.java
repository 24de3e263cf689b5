package dev.tidings.sse;

import java.util.Objects;

/**
 * Which streams {@link EventBroadcaster#revoke} ends.
 *
 * @param kind what {@code value} names
 * @param value a principal, a session id, the name of a topic or the id of a stream; not empty
 */
public record Revocation(Kind kind, String value) {

    /** What a revocation goes by. */
    public enum Kind {
        /** All streams of a principal. */
        PRINCIPAL,
        /** All streams of a session. */
        SESSION,
        /** All streams that read a topic. */
        TOPIC,
        /** One stream. */
        CONNECTION
    }

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if the value is empty
     */
    public Revocation {
        Objects.requireNonNull(kind, "kind");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("value of a revocation by " + kind + " must not be empty");
        }
    }

    /** Ends all streams of this principal. */
    public static Revocation principal(String principal) {
        return new Revocation(Kind.PRINCIPAL, principal);
    }

    /** Ends all streams of this session. */
    public static Revocation sessionId(String sessionId) {
        return new Revocation(Kind.SESSION, sessionId);
    }

    /** Ends all streams that read this topic. */
    public static Revocation topic(Topic topic) {
        return new Revocation(Kind.TOPIC, topic.name());
    }

    /**
     * Ends one stream, on whatever node it is. Its page comes back as after any revocation, if its access allows it: to
     * keep somebody out, withdraw the access first. If the stream is over, nothing happens.
     *
     * @param id its {@link StreamSummary#id}
     */
    public static Revocation connection(String id) {
        return new Revocation(Kind.CONNECTION, id);
    }
}
