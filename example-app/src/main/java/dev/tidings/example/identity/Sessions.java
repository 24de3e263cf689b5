package dev.tidings.example.identity;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Sessions, in the database, each behind a random token in a cookie. Only the token's hash is stored. */
public final class Sessions {

    static final String COOKIE = "session";

    /** How long a session lasts. */
    static final Duration LIFETIME = Duration.ofHours(12);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final Clock clock;

    /** Creates the sessions of a database. */
    public Sessions(Database database) {
        this(database, Clock.systemUTC());
    }

    Sessions(Database database, Clock clock) {
        this.database = database;
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
                        + " WHERE s.token_hash = ? AND s.expires_at > ?",
                hash(token),
                clock.millis()));
    }

    /** Begins a session and returns its token. */
    String begin(Transaction tx, String userId) throws SQLException {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        tx.update("DELETE FROM sessions WHERE expires_at <= ?", clock.millis());
        tx.update(
                "INSERT INTO sessions (token_hash, user_id, expires_at) VALUES (?, ?, ?)",
                hash(token),
                Long.valueOf(userId),
                clock.millis() + LIFETIME.toMillis());
        return token;
    }

    void end(Session session) {
        database.inTransaction(tx -> tx.update("DELETE FROM sessions WHERE token_hash = ?", session.id()));
    }

    static Optional<String> token(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(COOKIE) && !cookie.getValue().isEmpty()) {
                return Optional.of(cookie.getValue());
            }
        }
        return Optional.empty();
    }

    /** Gives the browser a token, or with an empty one takes it away. */
    static void setCookie(HttpServletRequest request, HttpServletResponse response, String token) {
        long seconds = token.isEmpty() ? 0 : LIFETIME.toSeconds();
        response.addHeader(
                "Set-Cookie",
                COOKIE + "=" + token + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                        + (request.isSecure() ? "; Secure" : ""));
    }

    private static Session session(ResultSet row) throws SQLException {
        return new Session(
                row.getString("token_hash"),
                new User(String.valueOf(row.getLong("id")), row.getString("discord_id"), row.getString("name")),
                Instant.ofEpochMilli(row.getLong("expires_at")));
    }

    private static String hash(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
