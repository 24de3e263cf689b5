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

    /** Finds the user of a Discord id, and makes one if there is none, without locking the row. */
    public String idOf(Transaction tx, String discordId) throws SQLException {
        Optional<String> found = find(tx, discordId);
        return found.isPresent()
                ? found.get()
                : String.valueOf(tx.insert("INSERT INTO users (discord_id) VALUES (?)", discordId));
    }

    /** Finds the user of a Discord id. */
    public Optional<String> find(Transaction tx, String discordId) throws SQLException {
        return tx.first(
                row -> String.valueOf(row.getLong("id")), "SELECT id FROM users WHERE discord_id = ?", discordId);
    }

    /** Locks the row of a user until the transaction ends. Who locks several does so in the order of their ids. */
    public Owner lockById(Transaction tx, String userId) throws SQLException {
        return tx.first(
                        row -> new Owner(userId, row.getString("name") != null),
                        "SELECT name FROM users WHERE id = ? FOR UPDATE",
                        Long.valueOf(userId))
                .orElseThrow();
    }

    /** Gives a user a name, by which they have signed in. */
    public void rename(Transaction tx, String userId, String name) throws SQLException {
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
