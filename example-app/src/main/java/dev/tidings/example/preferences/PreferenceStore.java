package dev.tidings.example.preferences;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.identity.User;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/** The preferences of users, in the database. */
final class PreferenceStore {

    private final Database database;
    private final Users users;
    private final Outbox outbox;
    private final Clock clock = Clock.systemUTC();

    PreferenceStore(Database database, Users users, Outbox outbox) {
        this.database = database;
        this.users = users;
        this.outbox = outbox;
    }

    Preferences of(User user) {
        return database.inTransaction(tx -> find(tx, user));
    }

    /**
     * Replaces preferences, and tells the user's other tabs and devices.
     *
     * @param wanted with the version that it replaces
     * @return what is stored now, or nothing if that was another version: somebody else was first
     */
    Optional<Preferences> replace(User user, Preferences wanted) {
        return database.inTransaction(tx -> {
            users.lock(tx, user.discordId());
            if (find(tx, user).version() != wanted.version()) {
                return Optional.empty();
            }
            Preferences next = new Preferences(wanted.version() + 1, wanted.theme(), wanted.compact());
            save(tx, user, next);
            outbox.add(
                    tx, GuildEvents.topic(user.id()), next.toEvent(clock.millis()), "preferences_" + UUID.randomUUID());
            return Optional.of(next);
        });
    }

    private static Preferences find(Transaction tx, User user) throws SQLException {
        return tx.first(
                        PreferenceStore::preferences,
                        "SELECT version, theme, compact FROM preferences WHERE user_id = ?",
                        Long.valueOf(user.id()))
                .orElse(Preferences.DEFAULT);
    }

    private static void save(Transaction tx, User user, Preferences preferences) throws SQLException {
        String sql = preferences.version() == 1
                ? "INSERT INTO preferences (version, theme, compact, user_id) VALUES (?, ?, ?, ?)"
                : "UPDATE preferences SET version = ?, theme = ?, compact = ? WHERE user_id = ?";
        tx.update(sql, preferences.version(), preferences.theme(), preferences.compact(), Long.valueOf(user.id()));
    }

    private static Preferences preferences(ResultSet row) throws SQLException {
        return new Preferences(row.getLong("version"), row.getString("theme"), row.getBoolean("compact"));
    }
}
