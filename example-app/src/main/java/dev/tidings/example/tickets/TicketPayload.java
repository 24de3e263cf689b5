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
        if (before == null) {
            return new Ticket(guildId, ticketId, subject, statusAfter(type, Ticket.OPEN), openedBy, assignedTo, now);
        }
        // Whatever there is of a ticket came after it was created.
        boolean isOvertaken = type == TicketEventType.TICKET_CREATED;
        return new Ticket(
                guildId,
                ticketId,
                isOvertaken ? before.subject() : subject,
                isOvertaken ? before.status() : statusAfter(type, before.status()),
                latest(isOvertaken, before.openedBy(), openedBy),
                latest(isOvertaken, before.assignedTo(), assignedTo),
                now);
    }

    private String statusAfter(TicketEventType type, String before) {
        if (type == TicketEventType.TICKET_CLOSED) {
            return Ticket.CLOSED;
        }
        return status == null ? before : status;
    }

    private static @Nullable String latest(boolean isOvertaken, @Nullable String before, @Nullable String said) {
        @Nullable String later = isOvertaken ? before : said;
        @Nullable String earlier = isOvertaken ? said : before;
        return later == null ? earlier : later;
    }
}
