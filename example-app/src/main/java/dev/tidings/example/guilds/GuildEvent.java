package dev.tidings.example.guilds;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.example.json.Json;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.RawJson;
import dev.tidings.example.web.Text;
import dev.tidings.sse.Event;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a guild.
 *
 * @param type what
 * @param guildId to which
 * @param guildName what it is called now
 * @param timestamp when we learned of it, in milliseconds since the epoch
 * @param metadata more about it, as the bot sent it: by convention {@code previousState}, {@code newState} and
 *     {@code changedBy}
 */
public record GuildEvent(
        GuildEventType type,
        String guildId,
        String guildName,
        long timestamp,
        @Nullable RawJson metadata) {

    /** The longest name of a guild, in characters; Discord's own limit. */
    public static final int MAX_NAME_LENGTH = 100;

    /**
     * Checks id and name.
     *
     * @throws IllegalArgumentException if the id is not one, or the name is blank, too long, or holds control characters
     */
    public GuildEvent {
        Objects.requireNonNull(type, "type");
        Text.checkId("guildId", guildId);
        Text.check("guildName", guildName, MAX_NAME_LENGTH);
    }

    /** Makes what goes over the wire. */
    public Event toEvent() {
        Wire wire = new Wire(type.wireName(), guildId, guildName, timestamp, metadata);
        return Event.of(type.wireName(), Json.write(wire)).attribute(GuildTopic.ATTRIBUTE, guildId);
    }

    /**
     * Reads what came over the wire.
     *
     * @throws IllegalArgumentException if the event is not about a guild
     */
    static GuildEvent of(Event event) {
        JsonFields fields = JsonFields.parse(event.data());
        GuildEventType type = GuildEventType.ofWireName(event.type())
                .orElseThrow(() -> new IllegalArgumentException("not an event about a guild: " + event.type()));
        return new GuildEvent(
                type,
                fields.string("guildId"),
                fields.string("guildName"),
                fields.integer("timestamp"),
                fields.object("metadata"));
    }

    /** Names type and guild; metadata is not for logs. */
    @Override
    public String toString() {
        return "GuildEvent[" + type.wireName() + ", guild " + guildId + "]";
    }

    private record Wire(
            String type,
            String guildId,
            String guildName,
            long timestamp,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            RawJson metadata) {}
}
