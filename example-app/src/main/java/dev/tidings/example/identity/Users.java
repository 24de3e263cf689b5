package dev.tidings.example.identity;

import dev.tidings.example.db.Transaction;
import java.sql.SQLException;
import java.util.Optional;

/** Users, found by their Discord id. */
public final class Users {

    /**
     * Locks the row of a Discord id until the transaction ends. Whoever is not known yet gets a row without a name, so
     * that there is always one to lock: otherwise somebody who signs in while a webhook is being stored could miss it.
     */
    public Owner lock(Transaction tx, String discordId) throws SQLException {
        Optional<Owner> found = tx.first(
                row -> new Owner(String.valueOf(row.getLong("id")), row.getString("name") != null),
                "SELECT id, name FROM users WHERE discord_id = ? FOR UPDATE",
                discordId);
        if (found.isPresent()) {
            return found.get();
        }
        long id = tx.insert("INSERT INTO users (discord_id) VALUES (?)", discordId);
        return new Owner(String.valueOf(id), false);
    }

    void rename(Transaction tx, String userId, String name) throws SQLException {
        tx.update("UPDATE users SET name = ? WHERE id = ?", name, Long.valueOf(userId));
    }

    /**
     * The holder of a Discord id.
     *
     * @param userId our own id
     * @param hasSignedIn whether anybody here can receive events for them
     */
    public record Owner(String userId, boolean hasSignedIn) {}
}
