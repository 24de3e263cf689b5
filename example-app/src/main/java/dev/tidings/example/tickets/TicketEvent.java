package dev.tidings.example.tickets;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.json.Json;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.RawJson;
import dev.tidings.sse.Event;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a ticket.
 *
 * @param type what
 * @param ticket what it is like since then
 * @param metadata more about it: by convention {@code previousState}, {@code newState} and {@code changedBy}
 */
public record TicketEvent(
        TicketEventType type, Ticket ticket, @Nullable RawJson metadata) {

    /** Checks that there is a type, and a ticket. */
    public TicketEvent {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(ticket, "ticket");
    }

    /** Makes what goes over the wire. */
    public Event toEvent() {
        Wire wire = new Wire(
                type.wireName(),
                ticket.guildId(),
                ticket.id(),
                ticket.subject(),
                ticket.status(),
                ticket.openedBy(),
                ticket.assignedTo(),
                ticket.updatedAt(),
                metadata);
        return Event.of(type.wireName(), Json.write(wire)).attribute(GuildTopic.ATTRIBUTE, ticket.guildId());
    }

    /**
     * Reads what came over the wire.
     *
     * @throws IllegalArgumentException if the event is not about a ticket
     */
    static TicketEvent of(Event event) {
        JsonFields fields = JsonFields.parse(event.data());
        TicketEventType type = TicketEventType.ofWireName(event.type())
                .orElseThrow(() -> new IllegalArgumentException("not an event about a ticket: " + event.type()));
        Ticket ticket = new Ticket(
                fields.string("guildId"),
                fields.string("ticketId"),
                fields.string("subject"),
                fields.string("status"),
                fields.stringOrNull("openedBy"),
                fields.stringOrNull("assignedTo"),
                fields.integer("timestamp"));
        return new TicketEvent(type, ticket, fields.object("metadata"));
    }

    /** Names type, guild and ticket; what is written in it is not for logs. */
    @Override
    public String toString() {
        return "TicketEvent[" + type.wireName() + ", guild " + ticket.guildId() + ", ticket " + ticket.id() + "]";
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Wire(
            String type,
            String guildId,
            String ticketId,
            String subject,
            String status,
            @Nullable String openedBy,
            @Nullable String assignedTo,
            long timestamp,
            @Nullable RawJson metadata) {}
}
