package dev.tidings.example.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final Database database = TestDatabase.open();
    private final ManualClock clock = new ManualClock();
    private final Sessions sessions = new Sessions(database, Identity.DEMO, clock);
    private final List<String> seeded = new ArrayList<>();
    private final SignIn signIn = new SignIn(database, new Users(), sessions, (tx, userId) -> seeded.add(userId));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTokenOpensItsSession() {
        String alice = signIn.signIn("100", "Alice");
        String bob = signIn.signIn("200", "Bob");
        assertThat(sessions.find(alice).orElseThrow().user().name()).isEqualTo("Alice");
        assertThat(sessions.find(bob).orElseThrow().user().discordId()).isEqualTo("200");
    }

    @Test
    void theSameDiscordIdIsTheSameUserAndIsSeededOnce() {
        User first = sessions.find(signIn.signIn("100", "Alice")).orElseThrow().user();
        User second =
                sessions.find(signIn.signIn("100", "Alicia")).orElseThrow().user();
        assertThat(second).isEqualTo(new User(first.id(), "100", "Alicia"));
        assertThat(seeded).containsExactly(first.id());
    }

    @Test
    void whoIsKnownFromAWebhookOnlyIsSeededAtTheFirstSignIn() {
        database.inTransaction(tx -> new Users().lock(tx, "100"));
        signIn.signIn("100", "Alice");
        assertThat(seeded).hasSize(1);
    }

    @Test
    void aSessionEndsByItself() {
        String token = signIn.signIn("100", "Alice");
        clock.now = clock.now.plus(Sessions.LIFETIME).minusMillis(1);
        assertThat(sessions.find(token)).isPresent();
        clock.now = clock.now.plusMillis(1);
        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void anEndedSessionIsGoneAndOthersAreNot() {
        String here = signIn.signIn("100", "Alice");
        String elsewhere = signIn.signIn("100", "Alice");
        sessions.end(sessions.find(here).orElseThrow());
        assertThat(sessions.find(here)).isEmpty();
        assertThat(sessions.find(elsewhere)).isPresent();
    }

    @Test
    void theStreamsOfEndedSessionsAreToBeEndedWhateverDiesNow() {
        User alice = sessions.find(signIn.signIn("100", "Alice")).orElseThrow().user();
        String elsewhere = signIn.signIn("100", "Alice");
        List<String> ids = database.inTransaction(
                tx -> tx.list(row -> "{\"revokes\":\"" + row.getString(1) + "\"}", "SELECT token_hash FROM sessions"));
        sessions.endAll(alice.id());
        assertThat(sessions.find(elsewhere)).isEmpty();
        List<String> pending = database.inTransaction(
                tx -> tx.list(row -> row.getString(1), "SELECT attributes FROM outbox WHERE state = 'PENDING'"));
        assertThat(pending).hasSize(2).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void theDatabaseDoesNotKnowTheToken() {
        String token = signIn.signIn("100", "Alice");
        List<String> stored =
                database.inTransaction(tx -> tx.list(row -> row.getString(1), "SELECT token_hash FROM sessions"));
        assertThat(stored).hasSize(1).doesNotContain(token);
        assertThat(sessions.find(stored.get(0))).as("the hash opens nothing").isEmpty();
    }

    @Test
    void sessionsThatRanOutAreForgotten() {
        signIn.signIn("100", "Alice");
        clock.now = clock.now.plus(Sessions.LIFETIME);
        signIn.signIn("200", "Bob");
        List<String> stored =
                database.inTransaction(tx -> tx.list(row -> row.getString(1), "SELECT token_hash FROM sessions"));
        assertThat(stored).hasSize(1);
    }

    @Test
    void aMadeUpTokenOpensNothing() {
        assertThat(sessions.find("x")).isEmpty();
    }

    private static final class ManualClock extends Clock {

        Instant now = Instant.parse("2025-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
