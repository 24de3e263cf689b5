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
 * @param whose which streams
 * @param reason {@link CloseReason#REVOKED} or {@link CloseReason#CHANGED}
 */
record AccessChange(Revocation whose, CloseReason reason) {

    private static final String REVOKE = "revoke";
    private static final String REAUTHORIZE = "reauthorize";
    private static final String KIND = "kind";

    Event toEvent() {
        String type = reason == CloseReason.REVOKED ? REVOKE : REAUTHORIZE;
        return new Event(type, whose.value(), null, Map.of(KIND, whose.kind().name()));
    }

    /** Returns what an entry says, or null for one of a later version of this library. */
    static @Nullable AccessChange of(Event event) {
        String kind = event.attributes().get(KIND);
        for (Revocation.Kind known : Revocation.Kind.values()) {
            if (known.name().equals(kind)) {
                CloseReason reason = event.type().equals(REVOKE) ? CloseReason.REVOKED : CloseReason.CHANGED;
                return new AccessChange(new Revocation(known, event.data()), reason);
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
        return whose.kind() == Revocation.Kind.TOPIC
                ? reader.topics().stream().anyMatch(topic -> topic.name().equals(whose.value()))
                : grant.isOf(whose.kind(), whose.value());
    }
}
