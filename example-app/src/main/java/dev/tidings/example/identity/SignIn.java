package dev.tidings.example.identity;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import java.sql.SQLException;

/** The demo identity: whoever says a name is believed. It stands in for signing in with Discord. */
public final class SignIn {

    private final Database database;
    private final Users users;
    private final Sessions sessions;
    private final Seed seed;

    /** Creates it. */
    public SignIn(Database database, Users users, Sessions sessions, Seed seed) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.seed = seed;
    }

    /** Signs in, and returns the token of the new session. Whoever comes for the first time finds what the seed gives. */
    String signIn(String discordId, String name) {
        return database.inTransaction(tx -> {
            Users.Owner owner = users.lock(tx, discordId);
            users.rename(tx, owner.userId(), name);
            if (!owner.hasSignedIn()) {
                seed.plant(tx, owner.userId());
            }
            return sessions.begin(tx, owner.userId());
        });
    }

    /** What a new user finds. */
    @FunctionalInterface
    public interface Seed {
        /** Writes it, in the transaction that makes the user. */
        void plant(Transaction tx, String userId) throws SQLException;
    }
}
