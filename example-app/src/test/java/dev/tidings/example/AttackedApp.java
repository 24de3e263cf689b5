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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The application with one user's page open, somebody who watches its log, and somebody who looks at what it stores. */
public final class AttackedApp implements AutoCloseable {

    // The relay's lease is renewed, and whoever goes to sign in with Discord leaves a trace for ten minutes.
    private static final List<String> CHANGING_BY_ITSELF = List.of("relay_lease", "sign_ins");
    private static final Set<String> TOLD = Set.of("guild-joined", "ticket-created", "notification");
    private static final String PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    private final String database = TestDatabase.shared();
    private final Log log = new Log();
    private final AutoCloseable discord;
    private final String owner;
    private final ExampleApp app;
    private final TestBrowser alice;
    private final TestBot bot;

    private AttackedApp(AutoCloseable discord, String owner, Map<String, String> more, Consumer<TestBrowser> signIn) {
        this.discord = discord;
        this.owner = owner;
        Map<String, String> environment =
                new HashMap<>(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET, "DATABASE_URL", database));
        environment.putAll(more);
        app = ExampleApp.start(Config.from(environment));
        alice = new TestBrowser(app.address());
        signIn.accept(alice);
        bot = new TestBot(app.address());
    }

    /** Starts one in which nobody vouches for anybody. */
    public static AttackedApp demo() {
        return new AttackedApp(() -> {}, "alice", Map.of(), alice -> alice.signIn("alice"));
    }

    /** Starts one with all routes: Discord vouches for its user, who is an administrator, and sends webhook events. */
    public static AttackedApp withDiscord() {
        TestDiscord discord = new TestDiscord();
        Map<String, String> more = discord.environment();
        more.put("DISCORD_PUBLIC_KEY", PUBLIC_KEY);
        more.put("ADMINS", "5");
        discord.as("5", "Alice");
        return new AttackedApp(discord, "5", more, alice -> {
            HttpResponse<String> answer = alice.get("/login/discord");
            for (int step = 0; step < 2; step++) { // to Discord, and back
                answer = alice.get(answer.headers().firstValue("Location").orElseThrow());
            }
            assertThat(answer.statusCode()).isEqualTo(303);
        });
    }

    public URI address() {
        return app.address();
    }

    /** Returns the lines of a head with which the user's own page asks. */
    public String sessionHeader() {
        return "Cookie: " + alice.sessionCookie() + "\r\nSec-Fetch-Site: same-origin\r\n";
    }

    /** Returns what a browser must name to replace the preferences of its user. */
    public String preferencesTag() {
        return alice.get("/api/preferences").headers().firstValue("ETag").orElseThrow();
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

    /** Returns all that is stored, but for what changes by itself. */
    public String stored() {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            for (String table : tables(connection)) {
                try (ResultSet all = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
                    rows.put(table.toLowerCase(Locale.ROOT), rows(all));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        rows.keySet().removeAll(CHANGING_BY_ITSELF);
        return rows.toString();
    }

    private static List<String> rows(ResultSet all) throws SQLException {
        List<String> rows = new ArrayList<>();
        while (all.next()) {
            StringJoiner row = new StringJoiner(" ");
            for (int column = 1; column <= all.getMetaData().getColumnCount(); column++) {
                row.add(all.getString(column));
            }
            rows.add(row.toString());
        }
        Collections.sort(rows);
        return rows;
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
            assertThat(bot.send("guild-joined", owner, "after-all")).isEqualTo(202);
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
        try {
            discord.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
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
