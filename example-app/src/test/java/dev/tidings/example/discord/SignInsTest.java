package dev.tidings.example.discord;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignInsTest {

    private static final int MOST = 3;

    private final Database database = TestDatabase.open();
    private final SignIns signIns = new SignIns(database, Clock.systemUTC(), MOST);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void oneWhoBeginsAgainAndAgainDoesNotFillTheDatabase() {
        SignIns.Begun first = signIns.begin().orElseThrow();
        for (int i = 1; i < MOST; i++) {
            assertThat(signIns.begin()).isPresent();
        }
        assertThat(signIns.begin()).isEmpty();
        assertThat(signIns.finish(first)).as("who has begun can finish").isTrue();
        assertThat(signIns.begin()).isPresent();
    }

    @Test
    void whatTookTooLongMakesRoom() {
        for (int i = 0; i < MOST; i++) {
            signIns.begin();
        }
        Clock later = Clock.offset(Clock.systemUTC(), SignIns.LIFETIME.plus(Duration.ofSeconds(1)));
        assertThat(new SignIns(database, later, MOST).begin()).isPresent();
    }
}
