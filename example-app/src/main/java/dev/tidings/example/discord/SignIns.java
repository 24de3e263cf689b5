package dev.tidings.example.discord;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.identity.Tokens;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Sign-ins that were begun and are to be finished, at whichever node. The browser keeps the verifier of PKCE (RFC 7636),
 * the database its challenge: so one secret binds the sign-in to the browser here and the code to us at Discord.
 */
final class SignIns {

    /** How long the way to Discord and back may take. */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final int MOST = 10_000;

    private final Database database;
    private final Clock clock;
    private final int most;

    SignIns(Database database, Clock clock) {
        this(database, clock, MOST);
    }

    SignIns(Database database, Clock clock, int most) {
        this.database = database;
        this.clock = clock;
        this.most = most;
    }

    /** Begins one, unless too many are under way: anybody may ask for one, again and again. */
    Optional<Begun> begin() {
        Begun begun = new Begun(Tokens.random(), Tokens.random());
        int added = database.inTransaction(tx -> {
            tx.update("DELETE FROM sign_ins WHERE expires_at <= ?", clock.millis());
            if (count(tx) >= most) {
                return 0;
            }
            return tx.update(
                    "INSERT INTO sign_ins (state_hash, challenge, expires_at) VALUES (?, ?, ?)",
                    Tokens.hash(begun.state()),
                    begun.challenge(),
                    clock.millis() + LIFETIME.toMillis());
        });
        return added == 0 ? Optional.empty() : Optional.of(begun);
    }

    private static long count(Transaction tx) throws SQLException {
        return tx.first(row -> row.getLong(1), "SELECT COUNT(*) FROM sign_ins").orElseThrow();
    }

    /** Finishes a sign-in, once: tells whether this browser has begun it, and not too long ago. */
    boolean finish(Begun returned) {
        return 1
                == database.inTransaction(tx -> tx.update(
                        "DELETE FROM sign_ins WHERE state_hash = ? AND challenge = ? AND expires_at > ?",
                        Tokens.hash(returned.state()),
                        returned.challenge(),
                        clock.millis()));
    }

    /**
     * A sign-in under way.
     *
     * @param state goes to Discord and comes back
     * @param verifier stays with the browser
     */
    record Begun(String state, String verifier) {

        /** Goes to Discord, which asks for the verifier later: RFC 7636, section 4.2. */
        String challenge() {
            byte[] hash = Tokens.sha256(verifier.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        }
    }
}
