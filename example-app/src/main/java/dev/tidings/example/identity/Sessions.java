package dev.tidings.example.identity;

import static dev.tidings.example.outbox.ReauthorizingPublisher.revoking;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.BrowserCookie;
import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sessions, in the database, each behind a random token in a cookie. Only the token's hash is stored. */
public final class Sessions {

    static final String COOKIE = "session";

    /** How long a session lasts. */
    static final Duration LIFETIME = Duration.ofHours(12);

    // Read by nobody: what publishing the event does besides is what counts, and it is repeated until it is done.
    private static final Topic SIGN_OUTS = Topic.of("sign-outs");

    private final Database database;
    private final Outbox outbox;
    private final Identity identity;
    private final Clock clock;

    /**
     * Creates the sessions of a database.
     *
     * @param identity who vouches for their users; sessions of another identity do not count
     */
    public Sessions(Database database, Identity identity) {
        this(database, identity, Clock.systemUTC());
    }

    Sessions(Database database, Identity identity, Clock clock) {
        this.database = database;
        this.outbox = new Outbox(database);
        this.identity = identity;
        this.clock = clock;
    }

    /** Finds the session of a request. */
    public Optional<Session> of(HttpServletRequest request) {
        return token(request).flatMap(this::find);
    }

    Optional<Session> find(String token) {
        return database.inTransaction(tx -> tx.first(
                Sessions::session,
                "SELECT s.token_hash, s.expires_at, u.id, u.discord_id, u.name FROM sessions s JOIN users u ON u.id = s.user_id"
                        + " WHERE s.token_hash = ? AND s.identity = ? AND s.expires_at > ?",
                Tokens.hash(token),
                identity.stored(),
                clock.millis()));
    }

    /** Begins a session and returns its token. */
    public String begin(Transaction tx, String userId) throws SQLException {
        String token = Tokens.random();
        tx.update("DELETE FROM sessions WHERE expires_at <= ?", clock.millis());
        tx.update(
                "INSERT INTO sessions (token_hash, user_id, identity, expires_at) VALUES (?, ?, ?, ?)",
                Tokens.hash(token),
                Long.valueOf(userId),
                identity.stored(),
                clock.millis() + LIFETIME.toMillis());
        return token;
    }

    void end(Session session) {
        database.inTransaction(tx -> end(tx, session.id()));
    }

    void endAll(String userId) {
        database.inTransaction(tx -> endAll(tx, userId));
    }

    /**
     * Ends all sessions of a user, and in a while their streams; {@link SignOut#endStreams}, once the transaction is
     * committed, makes that soon.
     *
     * @return how many there were
     */
    public int endAll(Transaction tx, String userId) throws SQLException {
        List<String> ids = tx.list(
                row -> row.getString("token_hash"),
                "SELECT token_hash FROM sessions WHERE user_id = ?",
                Long.valueOf(userId));
        for (String id : ids) {
            end(tx, id);
        }
        return ids.size();
    }

    /** Its streams end whatever happens, since that is in the same transaction: later the database does not know of them. */
    private int end(Transaction tx, String id) throws SQLException {
        outbox.add(tx, SIGN_OUTS, revoking(id, Event.of("signed-out", "")), "signed-out-" + UUID.randomUUID());
        return tx.update("DELETE FROM sessions WHERE token_hash = ?", id);
    }

    static Optional<String> token(HttpServletRequest request) {
        return BrowserCookie.find(request, COOKIE);
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getString("token_hash"),
                new User(String.valueOf(row.getLong("id")), row.getString("discord_id"), row.getString("name")),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }
}
