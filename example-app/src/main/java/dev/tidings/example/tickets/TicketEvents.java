package dev.tidings.example.tickets;

import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.json.RawJson;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens to tickets, told to the staff of their guild: the broadcaster in the words of this family.
 *
 * <pre>{@code
 * ticketEvents.notifyTicketCreated(ticket);
 *
 * try (Subscription s = ticketEvents.subscribeToTickets("7", event -> show(event))) { ... }
 * }</pre>
 *
 * <p>Webhooks and what people do on the page do not come this way but through the outbox, which publishes the same events
 * once their transaction is committed.
 */
public final class TicketEvents {

    private final EventBroadcaster broadcaster;

    /** Creates this face of a broadcaster. */
    public TicketEvents(EventBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    /** Tells the staff of a ticket that is new. */
    public CompletionStage<Published> notifyTicketCreated(Ticket ticket) {
        return publish(TicketEventType.TICKET_CREATED, ticket, null);
    }

    /** Tells the staff what a ticket is like now, and more about the change. */
    public CompletionStage<Published> notifyTicketUpdated(Ticket ticket, @Nullable RawJson metadata) {
        return publish(TicketEventType.TICKET_UPDATED, ticket, metadata);
    }

    /** Tells the staff that a ticket is done, and more about that. */
    public CompletionStage<Published> notifyTicketClosed(Ticket ticket, @Nullable RawJson metadata) {
        return publish(TicketEventType.TICKET_CLOSED, ticket, metadata);
    }

    /** Calls back for what happens to a guild's tickets from now on, until it is closed. */
    public Subscription subscribeToTickets(String guildId, Consumer<TicketEvent> callback) {
        Subscription.Request tickets = Subscription.Request.of(GuildTopic.of(guildId))
                .filter(event -> TicketEventType.ofWireName(event.type()).isPresent());
        return broadcaster.subscribe(tickets, (topic, entry) -> callback.accept(TicketEvent.of(entry.event())));
    }

    private CompletionStage<Published> publish(TicketEventType type, Ticket ticket, @Nullable RawJson metadata) {
        return broadcaster.publish(GuildTopic.of(ticket.guildId()), new TicketEvent(type, ticket, metadata).toEvent());
    }
}
