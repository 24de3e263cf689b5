package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Revocation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the control topic: which streams end, and why.
 *
 * @param target what {@code value} names
 * @param reason {@link CloseReason#REVOKED}, {@link CloseReason#CHANGED} or {@link CloseReason#REPLACED}
 */
record AccessChange(Target target, String value, CloseReason reason) {

    /** What a change goes by. The names are on the wire between nodes of different versions. */
    enum Target {
        PRINCIPAL,
        SESSION,
        TOPIC,
        /** One stream, by its id. */
        STREAM
    }

    private static final String REVOKE = "revoke";
    private static final String REAUTHORIZE = "reauthorize";
    private static final String REPLACE = "replace";
    private static final String KIND = "kind";

    static AccessChange revoke(Revocation whose) {
        return new AccessChange(target(whose), whose.value(), CloseReason.REVOKED);
    }

    static AccessChange reauthorize(Revocation whose) {
        return new AccessChange(target(whose), whose.value(), CloseReason.CHANGED);
    }

    static AccessChange replace(String streamId) {
        return new AccessChange(Target.STREAM, streamId, CloseReason.REPLACED);
    }

    Event toEvent() {
        String type = switch (reason) {
            case REVOKED -> REVOKE;
            case REPLACED -> REPLACE;
            default -> REAUTHORIZE;
        };
        return new Event(type, value, null, Map.of(KIND, target.name()));
    }

    /** Returns what an entry says, or null for one of a later version of this library. */
    static @Nullable AccessChange of(Event event) {
        String kind = event.attributes().get(KIND);
        for (Target known : Target.values()) {
            if (known.name().equals(kind)) {
                return new AccessChange(known, event.data(), reason(event.type()));
            }
        }
        return null;
    }

    /** Returns what entries say. */
    static List<AccessChange> allOf(List<Entry> entries) {
        return entries.stream()
                .map(entry -> of(entry.event()))
                .filter(Objects::nonNull)
                .toList();
    }

    boolean isAbout(Reader reader) {
        Grant grant = reader.grant();
        if (grant == null) {
            return false; // an in-process subscription is the application's own
        }
        return switch (target) {
            case PRINCIPAL -> value.equals(grant.principal());
            case SESSION -> value.equals(grant.sessionId());
            case TOPIC ->
                reader.topics().stream().anyMatch(topic -> topic.name().equals(value));
            case STREAM -> grant.account().isOf(value);
        };
    }

    private static Target target(Revocation whose) {
        return switch (whose.kind()) {
            case PRINCIPAL -> Target.PRINCIPAL;
            case SESSION -> Target.SESSION;
            case TOPIC -> Target.TOPIC;
            case CONNECTION -> Target.STREAM;
        };
    }

    private static CloseReason reason(String type) {
        return switch (type) {
            case REVOKE -> CloseReason.REVOKED;
            case REPLACE -> CloseReason.REPLACED;
            default -> CloseReason.CHANGED; // the careful answer to what a later version may mean
        };
    }
}
