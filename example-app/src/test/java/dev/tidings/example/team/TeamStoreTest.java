package dev.tidings.example.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TeamStoreTest {

    private final Database database = TestDatabase.open();
    private final GuildStore guilds = new GuildStore(database);
    private final TeamStore store = new TeamStore(database, guilds, new Outbox(database));
    private final Users users = new Users();
    private String alice;

    @BeforeEach
    void aliceIsOfTheStaff() {
        alice = database.inTransaction(tx -> {
            String id = users.lock(tx, "alice").userId();
            users.rename(tx, id, "Alice");
            guilds.save(tx, id, new Guild("7", "Owls", true, false));
            return id;
        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aChangeIsToldOnce() {
        assertThat(store.tell("7", alice, MemberStatus.OFFLINE)).isFalse();
        assertThat(store.tell("7", alice, MemberStatus.ONLINE)).isTrue();
        assertThat(store.tell("7", alice, MemberStatus.ONLINE)).isFalse();
        assertThat(store.tell("7", alice, MemberStatus.OFFLINE)).isTrue();
        assertThat(told()).containsExactly("online", "offline");
    }

    @Test
    void whoLostTheGuildWithoutAWordIsToldToHaveLeftOnce() {
        store.tell("7", alice, MemberStatus.ONLINE);
        database.inTransaction(tx -> tx.update("DELETE FROM guilds"));
        assertThat(store.tell("7", alice, MemberStatus.OFFLINE)).isTrue();
        assertThat(store.told()).isEmpty();
        assertThat(store.tell("7", alice, MemberStatus.OFFLINE)).isFalse();
        assertThat(told()).containsExactly("online", "left");
    }

    @Test
    void nobodyElseIsToldOf() {
        String bob = database.inTransaction(tx -> users.lock(tx, "bob").userId());
        assertThat(store.tell("7", bob, MemberStatus.ONLINE)).isFalse();
        assertThat(told()).isEmpty();
    }

    @Test
    void theUserIsLockedBeforeTheGuildAsEverywhere() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> waiting = database.inTransaction(tx -> {
                users.lockById(tx, alice); // as a webhook's transaction does first
                Future<Boolean> telling = thread.submit(() -> store.tell("7", alice, MemberStatus.ONLINE));
                assertThatThrownBy(() -> telling.get(300, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                new GuildStates().lock(tx, "7"); // and then this, for which nobody waits who waits for the user
                return telling;
            });
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            thread.shutdown();
        }
    }

    private List<String> told() {
        return database.inTransaction(tx -> tx.list(
                row -> row.getString(1).replaceFirst(".*\"status\":\"([a-z]*)\".*", "$1"),
                "SELECT data FROM outbox ORDER BY id"));
    }
}
