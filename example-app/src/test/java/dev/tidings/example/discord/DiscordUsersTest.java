package dev.tidings.example.discord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.ManagedGuilds;
import dev.tidings.example.identity.Identity;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of users about whom Discord has said something else. */
class DiscordUsersTest {

    private final Database database = TestDatabase.open();
    private final Users users = new Users();
    private final GuildStore guilds = new GuildStore(database);
    private final GuildStates states = new GuildStates();
    private final DiscordAccounts accounts =
            new DiscordAccounts(database, new Sealing("client-secret"), Clock.systemUTC());
    private final DiscordUsers discordUsers = new DiscordUsers(
            database,
            users,
            new Sessions(database, Identity.DISCORD),
            new ManagedGuilds(guilds, states),
            new Outbox(database),
            accounts,
            () -> {});
    private String alice;

    @BeforeEach
    void aliceManagesGuildsInWhichTheBotIs() {
        for (String guildId : List.of("7", "8")) {
            database.inTransaction(tx -> {
                states.apply(tx, new GuildEvent(GuildEventType.GUILD_JOINED, guildId, "Owls", 1, null));
                return null;
            });
        }
        discordUsers.signIn(
                new DiscordUser("5", "Alice"),
                new DiscordTokens("access", "refresh", Instant.now().plusSeconds(600)),
                List.of(Guild.withoutBot("8", "Cats"), Guild.withoutBot("7", "Owls"), Guild.withoutBot("9", "Bats")));
        alice = database.inTransaction(tx -> users.find(tx, "5")).orElseThrow();
        assertThat(guilds.staffedBy(alice)).containsExactly("7", "8");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whoTakesBackWhatTheyAllowedLeavesTheStaff() {
        assertThat(deauthorized("5")).hasValue(alice);
        assertThat(guilds.ofUser(alice)).isEmpty();
        assertThat(departures()).containsExactly("guild:7", "guild:8");
        assertThat(deauthorized("404")).isEmpty();
    }

    @Test
    void whoIsGoneForDiscordLeavesTheStaff() {
        database.inTransaction(tx -> tx.update("UPDATE discord_accounts SET next_read_at = 0"));
        Optional<DiscordAccounts.Account> account = accounts.claim(alice);
        assertThat(discordUsers.ended(account.orElseThrow())).isTrue();
        assertThat(departures()).containsExactly("guild:7", "guild:8");
        assertThat(discordUsers.ended(account.orElseThrow()))
                .as("it is over already")
                .isFalse();
    }

    @Test
    void whoseListLacksAGuildLeavesItsStaff() {
        discordUsers.signIn(
                new DiscordUser("5", "Alice"),
                new DiscordTokens("access", "refresh", Instant.now().plusSeconds(600)),
                List.of(Guild.withoutBot("7", "Owls")));
        assertThat(guilds.staffedBy(alice)).containsExactly("7");
        assertThat(departures()).as("of a guild without the bot, too").containsExactly("guild:8");
    }

    @Test
    void aWebhookThatIsBeingStoredDoesNotOutliveADeauthorization() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Optional<String>> gone = database.inTransaction(tx -> {
                users.lock(tx, "5"); // as the webhook's transaction does, which then writes the guild
                Future<Optional<String>> waiting = thread.submit(() -> deauthorized("5"));
                assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                guilds.save(tx, alice, new Guild("7", "Owls", true, true));
                return waiting;
            });
            assertThat(gone.get(30, TimeUnit.SECONDS)).hasValue(alice);
            assertThat(guilds.ofUser(alice)).isEmpty();
        } finally {
            thread.shutdown();
        }
    }

    private Optional<String> deauthorized(String discordId) {
        return database.inTransaction(tx -> discordUsers.deauthorized(tx, discordId));
    }

    private List<String> departures() {
        return database.inTransaction(tx -> tx.list(
                row -> row.getString(1),
                "SELECT topic FROM outbox WHERE type = 'member-status' AND data LIKE '%\"left\"%' ORDER BY id"));
    }
}
