package dev.tidings.example.tickets;

import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.RawJson;
import dev.tidings.example.web.Text;
import org.jspecify.annotations.Nullable;

/**
 * What the bot says about a ticket. What it leaves out is as it was.
 *
 * @param guildId Discord's id of the guild
 * @param ticketId the bot's own id
 * @param subject what it is about
 * @param status how it is doing, or null for as before
 * @param openedBy who asks, or null for as before
 * @param assignedTo who sees to it, or null for as before
 * @param metadata anything more, passed on as it is
 */
record TicketPayload(
        String guildId,
        String ticketId,
        String subject,
        @Nullable String status,
        @Nullable String openedBy,
        @Nullable String assignedTo,
        @Nullable RawJson metadata) {

    TicketPayload {
        Text.checkId("guildId", guildId);
        Text.checkId("ticketId", ticketId);
        Text.check("subject", subject, Ticket.MAX_SUBJECT_LENGTH);
        if (status != null) {
            Text.check("status", status, Ticket.MAX_STATUS_LENGTH);
        }
        Ticket.checkName("openedBy", openedBy);
        Ticket.checkName("assignedTo", assignedTo);
    }

    /**
     * Reads a body. Fields that are not known are left alone, so that the bot may learn to say more.
     *
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    static TicketPayload parse(String json) {
        JsonFields fields = JsonFields.parse(json);
        return new TicketPayload(
                fields.string("guildId"),
                fields.string("ticketId"),
                fields.string("subject"),
                fields.stringOrNull("status"),
                fields.stringOrNull("openedBy"),
                fields.stringOrNull("assignedTo"),
                fields.object("metadata"));
    }

    /** What the ticket is like after this, whatever came before; webhooks may overtake one another. */
    Ticket after(TicketEventType type, @Nullable Ticket before, long now) {
        return new Ticket(
                guildId,
                ticketId,
                subject,
                statusAfter(type, before),
                openedBy == null && before != null ? before.openedBy() : openedBy,
                assignedTo == null && before != null ? before.assignedTo() : assignedTo,
                now);
    }

    private String statusAfter(TicketEventType type, @Nullable Ticket before) {
        if (type == TicketEventType.TICKET_CLOSED) {
            return Ticket.CLOSED;
        }
        if (status != null) {
            return status;
        }
        return type == TicketEventType.TICKET_UPDATED && before != null ? before.status() : Ticket.OPEN;
    }
}
