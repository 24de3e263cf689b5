package dev.tidings.example.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookInboxTest {

    private final Database database = TestDatabase.open();
    private final Users users = new Users();
    private final GuildStore guilds = new GuildStore(database);
    private final WebhookInbox inbox = new WebhookInbox(database, users, guilds, new Outbox(database));
    private String alice;

    @BeforeEach
    void aliceHasSignedIn() {
        alice = userId("alice");
        database.inTransaction(tx -> tx.update("UPDATE users SET name = 'Alice'"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aWebhookLeavesAGuildAndAnEvent() {
        assertThat(inbox.store("m1", "alice", event(GuildEventType.GUILD_JOINED, "7")))
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(guilds.ofUser(alice)).containsExactly(new Guild("7", "Owls", true, false));
        assertThat(outbox()).containsExactly("user:" + alice + " m1 guild-joined");
    }

    @Test
    void theSameIdAgainDoesNothing() {
        inbox.store("m1", "alice", event(GuildEventType.GUILD_JOINED, "7"));
        assertThat(inbox.store("m1", "alice", event(GuildEventType.GUILD_LEFT, "7")))
                .isEqualTo(Outcome.DUPLICATE);
        assertThat(guilds.ofUser(alice)).containsExactly(new Guild("7", "Owls", true, false));
        assertThat(outbox()).hasSize(1);
    }

    @Test
    void aGuildGoesThroughItsStates() {
        inbox.store("m1", "alice", event(GuildEventType.BOT_CONFIGURED, "7"));
        assertThat(guilds.ofUser(alice)).containsExactly(new Guild("7", "Owls", true, true));
        inbox.store("m2", "alice", event(GuildEventType.SETTINGS_UPDATED, "7"));
        assertThat(guilds.ofUser(alice)).containsExactly(new Guild("7", "Owls", true, true));
        inbox.store("m3", "alice", event(GuildEventType.GUILD_LEFT, "7"));
        assertThat(guilds.ofUser(alice)).containsExactly(new Guild("7", "Owls", false, false));
    }

    @Test
    void anUnknownOwnersGuildIsStoredAndThereIsNoEvent() {
        Outcome outcome = inbox.store("m1", "nobody", event(GuildEventType.GUILD_JOINED, "7"));
        assertThat(outcome).isEqualTo(Outcome.UNKNOWN_OWNER);
        assertThat(outbox()).isEmpty();
        assertThat(guilds.ofUser(userId("nobody"))).containsExactly(new Guild("7", "Owls", true, false));
        assertThat(guilds.ofUser(alice)).isEmpty();
    }

    @Test
    void aWebhookThatFailsHalfwayLeavesNothingAndMayComeAgain() {
        database.inTransaction(tx -> tx.update("ALTER TABLE outbox RENAME TO elsewhere"));
        assertThatThrownBy(() -> inbox.store("m1", "alice", event(GuildEventType.GUILD_JOINED, "7")));
        database.inTransaction(tx -> tx.update("ALTER TABLE elsewhere RENAME TO outbox"));
        assertThat(guilds.ofUser(alice)).isEmpty();
        assertThat(inbox.store("m1", "alice", event(GuildEventType.GUILD_JOINED, "7")))
                .isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void theSameIdManyTimesAtOnceIsAcceptedOnce() throws Exception {
        // Different owners, so that no lock but the id's own row keeps them apart.
        List<Outcome> outcomes =
                atOnce(8, i -> inbox.store("m1", "owner" + i, event(GuildEventType.GUILD_JOINED, "7")));
        assertThat(outcomes).filteredOn(Outcome.DUPLICATE::equals).hasSize(7);
    }

    @Test
    void manyAtOnceForOneOwnerAllArrive() throws Exception {
        List<Outcome> outcomes =
                atOnce(20, i -> inbox.store("m" + i, "alice", event(GuildEventType.GUILD_JOINED, "" + i)));
        assertThat(outcomes).containsOnly(Outcome.ACCEPTED);
        assertThat(guilds.ofUser(alice)).hasSize(20);
        assertThat(outbox()).hasSize(20);
    }

    @Test
    void manyAtOnceForAnUnknownOwnerAllArrive() throws Exception {
        List<Outcome> outcomes =
                atOnce(8, i -> inbox.store("m" + i, "new", event(GuildEventType.GUILD_JOINED, "" + i)));
        assertThat(outcomes).containsOnly(Outcome.UNKNOWN_OWNER);
        assertThat(guilds.ofUser(userId("new"))).hasSize(8);
    }

    @Test
    void oneOwnersWebhooksWaitForOneAnotherSoTheirEventsAreInTheOrderOfTheCommits() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Outcome> second = database.inTransaction(tx -> {
                users.lock(tx, "alice"); // as the first webhook's transaction does, which is not committed yet
                CountDownLatch begun = new CountDownLatch(1);
                Future<Outcome> waiting = thread.submit(() -> {
                    begun.countDown();
                    return inbox.store("m2", "alice", event(GuildEventType.GUILD_JOINED, "7"));
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

    private static List<Outcome> atOnce(int times, IntFunction<Outcome> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        try {
            List<Callable<Outcome>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                calls.add(() -> work.apply(number));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> outcome : threads.invokeAll(calls)) {
                outcomes.add(outcome.get());
            }
            return outcomes;
        } finally {
            threads.shutdown();
        }
    }

    private String userId(String discordId) {
        return database.inTransaction(tx -> users.lock(tx, discordId).userId());
    }

    private List<String> outbox() {
        return database.inTransaction(tx -> tx.list(
                row -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3),
                "SELECT topic, idempotency_key, type FROM outbox ORDER BY id"));
    }

    private static GuildEvent event(GuildEventType type, String guildId) {
        return new GuildEvent(type, guildId, "Owls", 1, null);
    }
}
