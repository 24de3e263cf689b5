package dev.tidings.example.tickets;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can happen to a ticket. */
public enum TicketEventType {
    /** Somebody asks for help. */
    TICKET_CREATED,
    /** Anything about it changed. */
    TICKET_UPDATED,
    /** It is done. */
    TICKET_CLOSED;

    /** The name on the wire and in the webhooks' paths, such as {@code ticket-created}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Finds a type by its name on the wire. */
    public static Optional<TicketEventType> ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }
}
