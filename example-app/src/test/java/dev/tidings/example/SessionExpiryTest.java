package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A session that ends while a page is open. */
class SessionExpiryTest {

    @Test
    void aStreamEndsWithItsSessionAndCannotComeBack() throws SQLException {
        String database = TestDatabase.shared();
        try (ExampleApp app = ExampleApp.start(Config.from(Map.of("PORT", "0", "DATABASE_URL", database)))) {
            TestBrowser alice = new TestBrowser(app.address()).signIn("alice");
            TestBrowser bob = new TestBrowser(app.address()).signIn("bob");
            endSoon(database, "alice");
            try (StreamReader stream = alice.stream();
                    StreamReader bobs = bob.stream()) {
                String id = stream.next("stream.open").id();
                bobs.next("stream.open");
                assertThat(stream.next("stream.close").json().get("reason").asString())
                        .isEqualTo("expired");
                stream.assertEnds();
                assertThat(alice.status(alice.request("/api/guilds/events").header("Last-Event-ID", id)))
                        .isEqualTo(401);
                assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(401);
                assertThat(bob.get("/api/guilds").statusCode()).isEqualTo(200);
            }
        }
    }

    private static void endSoon(String database, String user) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database)) {
            long soon = System.currentTimeMillis() + 15_000;
            connection
                    .createStatement()
                    .executeUpdate("UPDATE sessions SET expires_at = " + soon
                            + " WHERE user_id = (SELECT id FROM users WHERE name = '" + user + "')");
        }
    }
}
