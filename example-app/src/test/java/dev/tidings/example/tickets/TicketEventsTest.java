package dev.tidings.example.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.json.RawJson;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TicketEventsTest {

    private static final Ticket TICKET = new Ticket("7", "t1", "Help \"me\" 🎲", "open", "Carol", null, 5);

    private final EventBroadcaster broadcaster = EventBroadcaster.create();
    private final TicketEvents ticketEvents = new TicketEvents(broadcaster);

    @AfterEach
    void close() {
        broadcaster.close();
    }

    @Test
    void theTicketsOfAGuildArriveInOrderAndNothingElse() throws Exception {
        BlockingQueue<TicketEvent> received = new LinkedBlockingQueue<>();
        RawJson metadata = new RawJson("{ \"changedBy\":\"Dave\" }");
        try (Subscription s = ticketEvents.subscribeToTickets("7", received::add)) {
            s.opened().toCompletableFuture().get(30, TimeUnit.SECONDS);
            ticketEvents.notifyTicketCreated(new Ticket("8", "t1", "Elsewhere", "open", null, null, 1));
            broadcaster.publish(GuildTopic.of("7"), Event.of("member-status", "{}"));
            ticketEvents.notifyTicketCreated(TICKET);
            ticketEvents.notifyTicketUpdated(TICKET.claimedBy("Dave", 6), metadata);
            ticketEvents.notifyTicketClosed(TICKET.closed(7), null);
            assertThat(received.poll(30, TimeUnit.SECONDS))
                    .isEqualTo(new TicketEvent(TicketEventType.TICKET_CREATED, TICKET, null));
            assertThat(received.poll(30, TimeUnit.SECONDS))
                    .isEqualTo(new TicketEvent(TicketEventType.TICKET_UPDATED, TICKET.claimedBy("Dave", 6), metadata));
            assertThat(received.poll(30, TimeUnit.SECONDS).type()).isEqualTo(TicketEventType.TICKET_CLOSED);
        }
    }

    @Test
    void theWireFormIsAsDocumented() {
        Event event = new TicketEvent(TicketEventType.TICKET_CREATED, TICKET, null).toEvent();
        assertThat(event.type()).isEqualTo("ticket-created");
        assertThat(event.data())
                .isEqualTo(
                        "{\"type\":\"ticket-created\",\"guildId\":\"7\",\"ticketId\":\"t1\","
                                + "\"subject\":\"Help \\\"me\\\" 🎲\",\"status\":\"open\",\"openedBy\":\"Carol\",\"timestamp\":5}");
        assertThat(event.attributes()).containsEntry("guild", "7");
        assertThat(event.key()).as("every one is told").isNull();
    }

    @Test
    void aTicketThatCouldNotBeShownCannotBeBuilt() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Ticket("7", "a/b", "Help", "open", null, null, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ticket("7", "t1", "x".repeat(201), "open", null, null, 1));
    }
}
