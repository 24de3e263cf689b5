package dev.tidings.example.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.User;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Problem;
import dev.tidings.example.webhooks.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TicketDeskTest {

    private final Database database = TestDatabase.open();
    private final GuildStore guilds = new GuildStore(database);
    private final TicketDesk desk = new TicketDesk(database, guilds, new Outbox(database));
    private User alice;

    @BeforeEach
    void aliceIsOfTheStaff() {
        alice = database.inTransaction(tx -> {
            String id = new Users().lock(tx, "alice").userId();
            guilds.save(tx, id, new Guild("7", "Owls", true, false));
            return new User(id, "alice", "Alice");
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void oneGuildsTicketsWaitForOneAnotherSoTheirEventsAreInTheOrderOfTheCommits() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Outcome> second = database.inTransaction(tx -> {
                new GuildStates().lock(tx, "7"); // as the first webhook's transaction does, which is not committed yet
                CountDownLatch begun = new CountDownLatch(1);
                Future<Outcome> waiting = thread.submit(() -> {
                    begun.countDown();
                    return store("m2", "t1");
                });
                await(begun); // or it would not be what it waits for that keeps it from an outcome
                assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                return waiting;
            });
            assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(Outcome.ACCEPTED);
        } finally {
            thread.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ofManyWhoClaimOneTicketAtOnceOneHasIt() throws Exception {
        store("m1", "t1");
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            User claimer = new User(alice.id(), "alice", "Alice " + i);
            calls.add(() -> claims(claimer));
        }
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            int winners = 0;
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                winners += call.get() ? 1 : 0;
            }
            assertThat(winners).isOne();
            assertThat(outbox()).containsExactly("guild:7 ticket-created", "guild:7 ticket-updated");
        } finally {
            threads.shutdown();
        }
    }

    private boolean claims(User claimer) {
        try {
            desk.claim(claimer, "7", "t1");
            return true;
        } catch (Problem e) {
            assertThat(e.status()).isEqualTo(409);
            return false;
        }
    }

    @Test
    void whatTheBotLeavesOutIsAsBeforeAndWebhooksMayOvertakeOneAnother() {
        desk.store(TicketEventType.TICKET_UPDATED, "m1", payload("pending", null, "Dave"));
        desk.store(TicketEventType.TICKET_UPDATED, "m2", payload(null, "Carol", null));
        assertThat(only()).isEqualTo(new Ticket("7", "t1", "Help", "pending", "Carol", "Dave", only().updatedAt()));
        desk.store(TicketEventType.TICKET_CLOSED, "m3", payload("open", null, null));
        assertThat(only().status()).as("closed, whatever else is said").isEqualTo("closed");
        desk.store(TicketEventType.TICKET_UPDATED, "m4", payload(null, null, null));
        assertThat(only().status()).isEqualTo("closed");
    }

    @Test
    void aCreationThatWasOvertakenAddsOnlyWhatIsNotKnownYet() {
        desk.store(TicketEventType.TICKET_UPDATED, "m1", payload("pending", null, "Dave"));
        desk.store(TicketEventType.TICKET_CLOSED, "m2", payload(null, null, null));
        desk.store(
                TicketEventType.TICKET_CREATED,
                "m3",
                new TicketPayload("7", "t1", "Before", "open", "Carol", "Nobody", null));
        assertThat(only()).isEqualTo(new Ticket("7", "t1", "Help", "closed", "Carol", "Dave", only().updatedAt()));
    }

    @Test
    void whoLeavesTheStaffWhileTheyWaitForTheGuildDoesNothingAnyMore() throws Exception {
        store("m1", "t1");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Ticket> claim = database.inTransaction(tx -> {
                new GuildStates().lock(tx, "7");
                Future<Ticket> waiting = thread.submit(() -> desk.claim(alice, "7", "t1"));
                assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                guilds.save(tx, alice.id(), Guild.withoutBot("7", "Owls"));
                return waiting;
            });
            assertThatThrownBy(() -> claim.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(Problem.class)
                    .hasMessageContaining("no such ticket");
        } finally {
            thread.shutdown();
        }
    }

    private Outcome store(String webhookId, String ticketId) {
        return desk.store(
                TicketEventType.TICKET_CREATED,
                webhookId,
                new TicketPayload("7", ticketId, "Help", null, null, null, null));
    }

    private static TicketPayload payload(String status, String openedBy, String assignedTo) {
        return new TicketPayload("7", "t1", "Help", status, openedBy, assignedTo, null);
    }

    private Ticket only() {
        List<Ticket> tickets = desk.visibleTo(alice, null);
        assertThat(tickets).hasSize(1);
        return tickets.get(0);
    }

    private List<String> outbox() {
        return database.inTransaction(tx -> tx.list(
                row -> row.getString(1) + " " + row.getString(2), "SELECT topic, type FROM outbox ORDER BY id"));
    }
}
