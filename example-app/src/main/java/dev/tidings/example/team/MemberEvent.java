package dev.tidings.example.team;

import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.json.Json;
import dev.tidings.example.json.JsonFields;
import dev.tidings.sse.Event;
import java.util.Locale;

/**
 * Somebody of a guild's staff came, went, or looks elsewhere.
 *
 * @param guildId in which guild
 * @param memberId who: our own id of the user
 * @param name what to call them
 * @param status since then
 * @param timestamp when it was noticed, in milliseconds since the epoch
 */
public record MemberEvent(String guildId, String memberId, String name, MemberStatus status, long timestamp) {

    /** The type of the event. */
    public static final String TYPE = "member-status";

    /** Makes what goes over the wire. Of each member the last one is enough: it has the member as its key. */
    public Event toEvent() {
        Wire wire = new Wire(TYPE, guildId, memberId, name, status.wireName(), timestamp);
        return Event.of(TYPE, Json.write(wire)).key("member:" + memberId).attribute(GuildTopic.ATTRIBUTE, guildId);
    }

    /**
     * Reads what came over the wire.
     *
     * @throws IllegalArgumentException if the event is not about a member
     */
    static MemberEvent of(Event event) {
        JsonFields fields = JsonFields.parse(event.data());
        return new MemberEvent(
                fields.string("guildId"),
                fields.string("memberId"),
                fields.string("name"),
                MemberStatus.valueOf(fields.string("status").toUpperCase(Locale.ROOT)),
                fields.integer("timestamp"));
    }

    private record Wire(String type, String guildId, String memberId, String name, String status, long timestamp) {}
}
