package dev.tidings.example.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    private final Database database = TestDatabase.open();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatFailsHalfwayIsRolledBack() {
        assertThatIllegalStateException()
                .isThrownBy(() -> database.inTransaction(tx -> {
                    insert(tx, "alice");
                    throw new IllegalStateException("halfway");
                }));
        assertThat(users()).isZero();
    }

    @Test
    void whoeverIsNotFirstLooksAgain() {
        AtomicInteger attempts = new AtomicInteger();
        int result = database.inTransaction(tx -> {
            if (attempts.incrementAndGet() < 3) {
                throw new SQLException("somebody was first", "23505");
            }
            return insert(tx, "alice");
        });
        assertThat(result).isOne();
        assertThat(users()).isOne();
    }

    @Test
    void whatFailsForGoodIsNotTriedForEver() {
        AtomicInteger attempts = new AtomicInteger();
        assertThatExceptionOfType(DatabaseException.class)
                .isThrownBy(() -> database.inTransaction(tx -> {
                    attempts.incrementAndGet();
                    throw new SQLException("again and again", "23505");
                }));
        assertThat(attempts).hasValue(3);
    }

    @Test
    void anotherFailureIsNotTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        assertThatExceptionOfType(DatabaseException.class)
                .isThrownBy(() -> database.inTransaction(tx -> {
                    attempts.incrementAndGet();
                    return tx.update("NO SQL");
                }));
        assertThat(attempts).hasValue(1);
    }

    @Test
    void twoDatabasesInMemoryAreTwo() {
        database.inTransaction(tx -> insert(tx, "alice"));
        try (Database other = TestDatabase.open()) {
            other.inTransaction(tx -> insert(tx, "alice"));
        }
        assertThat(users()).isOne();
    }

    @Test
    void aClosedDatabaseIsNotUp() {
        assertThat(database.isUp()).isTrue();
        database.close();
        assertThat(database.isUp()).isFalse();
    }

    @Test
    void h2GetsTheSettingsThatPromisesNeedUnlessTheyAreGiven() {
        assertThat(H2Url.complete("jdbc:h2:./x;AUTO_SERVER=TRUE"))
                .isEqualTo("jdbc:h2:./x;AUTO_SERVER=TRUE;WRITE_DELAY=0;LOCK_TIMEOUT=10000");
        assertThat(H2Url.complete("jdbc:h2:./x"))
                .isEqualTo("jdbc:h2:./x;WRITE_DELAY=0;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE");
        assertThat(H2Url.complete("jdbc:h2:./x;write_delay=500;Lock_Timeout=1;USER=u"))
                .isEqualTo("jdbc:h2:./x;write_delay=500;Lock_Timeout=1;USER=u;DB_CLOSE_ON_EXIT=FALSE");
    }

    @Test
    void whoWaitsForARowOfH2HasTenSeconds() {
        try (Database h2 = Database.inMemory()) {
            List<Long> millis = h2.inTransaction(tx -> tx.list(row -> row.getLong(1), "SELECT LOCK_TIMEOUT()"));
            assertThat(millis).containsExactly(10_000L);
        }
    }

    private static int insert(Transaction tx, String discordId) throws SQLException {
        return tx.update("INSERT INTO users (discord_id) VALUES (?)", discordId);
    }

    private int users() {
        return database.inTransaction(
                tx -> tx.list(row -> row.getLong(1), "SELECT id FROM users").size());
    }
}
