package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.TestDatabase;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The application with one user's page open, somebody who watches its log, and somebody who counts what it stores. */
public final class AttackedApp implements AutoCloseable {

    private static final List<String> CHANGING_BY_ITSELF = List.of("relay_lease");
    private static final Set<String> TOLD = Set.of("guild-joined", "ticket-created", "notification");

    private final String database = TestDatabase.shared();
    private final Log log = new Log();
    private final ExampleApp app = ExampleApp.start(
            Config.from(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET, "DATABASE_URL", database)));
    private final TestBrowser alice = new TestBrowser(app.address()).signIn("alice");
    private final TestBot bot = new TestBot(app.address());

    public URI address() {
        return app.address();
    }

    /** Returns the lines of a head with which the user's own page asks. */
    public String sessionHeader() {
        return "Cookie: " + alice.sessionCookie() + "\r\nSec-Fetch-Site: same-origin\r\n";
    }

    /** Posts a form to sign in, as somebody else. */
    public HttpResponse<String> stranger(String form) {
        return new TestBrowser(app.address()).post("/login", form);
    }

    /** Sends a webhook with a good signature. */
    public HttpResponse<String> webhook(String type, String id, byte[] body) {
        return bot.send(type, id, Instant.now(), TestBot.SECRET, body);
    }

    public boolean hasWebhook(String id) {
        try (Connection connection = DriverManager.getConnection(database);
                PreparedStatement select = connection.prepareStatement("SELECT id FROM webhooks WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns how many rows each table has. */
    public String stored() {
        Map<String, Long> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            for (String table : tables(connection)) {
                try (ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM \"" + table + "\"")) {
                    count.next();
                    rows.put(table, count.getLong(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        CHANGING_BY_ITSELF.forEach(rows::remove);
        return rows.toString();
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet each = connection
                .getMetaData()
                .getTables(
                        connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (each.next()) {
                tables.add(each.getString("TABLE_NAME"));
            }
        }
        return tables;
    }

    /** Her page opens, and is told of the next webhook: behind those before it that the relay had not published yet. */
    public void assertThatItStillWorks() {
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            assertThat(bot.send("guild-joined", "alice", "after-all")).isEqualTo(202);
            StreamReader.Block block = stream.next();
            while (TOLD.contains(block.type()) && !block.data().contains("after-all")) {
                block = stream.next();
            }
            assertThat(block.type()).isEqualTo("guild-joined");
            assertThat(block.guildId()).isEqualTo("after-all");
        }
    }

    /** Nothing went wrong inside, and nobody who reads the log can be anybody else by it. */
    public void assertThatNothingWasLogged() {
        String token = alice.sessionCookie().split("=", 2)[1];
        assertThat(log.lines)
                .noneMatch(line -> line.contains(token) || line.contains(TestBot.SECRET.substring(6)))
                .noneMatch(line -> line.startsWith(Level.SEVERE.getName()) || line.contains("\tat "));
    }

    @Override
    public void close() {
        app.close();
        log.close();
    }

    private static final class Log extends Handler {

        final List<String> lines = new CopyOnWriteArrayList<>();
        private final Formatter formatter = new SimpleFormatter();

        Log() {
            Logger.getLogger("").addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel().getName() + " " + formatter.format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            Logger.getLogger("").removeHandler(this);
        }
    }
}
