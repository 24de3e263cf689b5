package dev.tidings.sse.testing;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event as a page hears it.
 *
 * @param type what {@code event:} said, or {@code message}
 * @param data what the {@code data:} lines said, joined by LF
 * @param lastEventId the id that the page would come back with after this event, its own or an earlier one's; empty for
 *     none
 * @param retry what {@code retry:} said in this event's block, or null
 */
public record ServerSentEvent(
        String type,
        String data,
        String lastEventId,
        @Nullable Duration retry) {

    private static final String CONTROL_PREFIX = "stream.";

    /** Requires all but {@code retry}. */
    public ServerSentEvent {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(lastEventId, "lastEventId");
    }

    /** Tells whether the library sent this of its own, such as {@code stream.open}. */
    public boolean isControl() {
        return type.startsWith(CONTROL_PREFIX);
    }
}
