package dev.tidings.sse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An application's decision about one stream: which topics, for whom, until when, or not at all.
 *
 * <pre>{@code
 * Access.to(Topic.of("user", "42")).principal("42").sessionId("s1").expiresAt(end)
 * Access.denied()        // 401
 * Access.denied(403)
 * }</pre>
 *
 * <p>A stream is authorised when it opens and for as long as it lives: {@link Granted#expiresAt} and
 * {@link EventBroadcaster#revoke} end it. Change the permission first, then revoke: the page connects again at once, and
 * the next decision must already be the new one.
 */
public sealed interface Access {

    /**
     * Grants these topics.
     *
     * @throws IllegalArgumentException if there is no topic
     */
    static Granted to(Topic... topics) {
        return to(List.of(topics));
    }

    /**
     * Grants these topics, duplicates removed.
     *
     * @throws IllegalArgumentException if there is no topic
     */
    static Granted to(Iterable<Topic> topics) {
        List<Topic> granted = new ArrayList<>();
        topics.forEach(granted::add);
        return new Granted(granted, null, null, null, null);
    }

    /** Refuses with 401: the caller is nobody that the application knows. */
    static Denied denied() {
        return new Denied(401);
    }

    /**
     * Refuses with this HTTP status, such as 403, or 404 to hide that there is something to refuse.
     *
     * @throws IllegalArgumentException if the status is not from 400 to 499
     */
    static Denied denied(int status) {
        return new Denied(status);
    }

    /**
     * A stream may open.
     *
     * @param topics what it gets, in the order in which they are read; at least one
     * @param filter which of their events, or null for all; runs on a delivery loop: cheap, no I/O, thread-safe. One
     *     that throws ends the stream
     * @param principal whose stream it is, for limits and {@link Revocation#principal}
     * @param sessionId the session it belongs to, for {@link Revocation#sessionId}
     * @param expiresAt when the access ends, or null for never
     */
    record Granted(
            List<Topic> topics,
            @Nullable Predicate<Event> filter,
            @Nullable String principal,
            @Nullable String sessionId,
            @Nullable Instant expiresAt)
            implements Access {

        /**
         * Checks the topics and removes duplicates.
         *
         * @throws IllegalArgumentException if there is no topic
         */
        public Granted {
            topics = List.copyOf(new LinkedHashSet<>(topics));
            if (topics.isEmpty()) {
                throw new IllegalArgumentException("topics must not be empty");
            }
        }

        /** Returns this access narrowed to the events that pass. */
        public Granted filter(Predicate<Event> newFilter) {
            return new Granted(topics, Objects.requireNonNull(newFilter), principal, sessionId, expiresAt);
        }

        /** Returns this access for a principal. */
        public Granted principal(String newPrincipal) {
            return new Granted(topics, filter, Objects.requireNonNull(newPrincipal), sessionId, expiresAt);
        }

        /** Returns this access for a session. */
        public Granted sessionId(String newSessionId) {
            return new Granted(topics, filter, principal, Objects.requireNonNull(newSessionId), expiresAt);
        }

        /** Returns this access with an end. */
        public Granted expiresAt(Instant newExpiresAt) {
            return new Granted(topics, filter, principal, sessionId, Objects.requireNonNull(newExpiresAt));
        }
    }

    /**
     * A stream may not open.
     *
     * @param status the HTTP status of the answer, from 400 to 499
     */
    record Denied(int status) implements Access {

        /**
         * Checks the status.
         *
         * @throws IllegalArgumentException if the status is not from 400 to 499
         */
        public Denied {
            if (status < 400 || status > 499) {
                throw new IllegalArgumentException("status must be from 400 to 499, was " + status);
            }
        }
    }
}
