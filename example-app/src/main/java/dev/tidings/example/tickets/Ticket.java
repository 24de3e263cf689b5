package dev.tidings.example.tickets;

import dev.tidings.example.web.Text;
import org.jspecify.annotations.Nullable;

/**
 * Somebody in a guild asks its staff for help.
 *
 * @param guildId in which guild
 * @param id the bot's id, unique within the guild
 * @param subject what it is about
 * @param status how it is doing, in a word: {@value #OPEN}, {@value #CLAIMED}, {@value #CLOSED}, or another of the bot's
 * @param openedBy who asks, or null if that is not known
 * @param assignedTo who sees to it, or null for nobody
 * @param updatedAt when we learned of it, in milliseconds since the epoch
 */
public record Ticket(
        String guildId,
        String id,
        String subject,
        String status,
        @Nullable String openedBy,
        @Nullable String assignedTo,
        long updatedAt) {

    /** Waits for somebody. */
    public static final String OPEN = "open";

    /** Somebody sees to it. */
    public static final String CLAIMED = "claimed";

    /** Is done. */
    public static final String CLOSED = "closed";

    /** The longest subject, in characters. */
    static final int MAX_SUBJECT_LENGTH = 200;

    /** The longest status, in characters. */
    static final int MAX_STATUS_LENGTH = 32;

    /** The longest name of a person, in characters. */
    static final int MAX_NAME_LENGTH = 100;

    /**
     * Checks each part.
     *
     * @throws IllegalArgumentException if an id is not one, or a text is blank, too long, or holds control characters
     */
    public Ticket {
        Text.checkId("guildId", guildId);
        Text.checkId("ticketId", id);
        Text.check("subject", subject, MAX_SUBJECT_LENGTH);
        Text.check("status", status, MAX_STATUS_LENGTH);
        checkName("openedBy", openedBy);
        checkName("assignedTo", assignedTo);
    }

    static void checkName(String what, @Nullable String name) {
        if (name != null) {
            Text.check(what, name, MAX_NAME_LENGTH);
        }
    }

    boolean isClosed() {
        return status.equals(CLOSED);
    }

    Ticket claimedBy(String name, long now) {
        return new Ticket(guildId, id, subject, CLAIMED, openedBy, name, now);
    }

    Ticket closed(long now) {
        return new Ticket(guildId, id, subject, CLOSED, openedBy, assignedTo, now);
    }
}
