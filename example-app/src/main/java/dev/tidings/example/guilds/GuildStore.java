package dev.tidings.example.guilds;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The guilds of each user, in the database. Those who have a guild in which the bot is are its staff: they may see what is
 * in its topic, and all that the bot tells about it.
 */
public final class GuildStore {

    private static final String SELECT = "SELECT id, name, installed, configured FROM guilds WHERE user_id = ?";

    private final Database database;

    /** Creates a store over a database. */
    public GuildStore(Database database) {
        this.database = database;
    }

    /** Returns a user's guilds by name. */
    public List<Guild> ofUser(String userId) {
        return database.inTransaction(tx -> ofUser(tx, userId));
    }

    List<Guild> ofUser(Transaction tx, String userId) throws SQLException {
        return tx.list(GuildStore::guild, SELECT + " ORDER BY name, id", Long.valueOf(userId));
    }

    /** Returns the ids of the guilds to whose staff a user belongs, by id. */
    public List<String> staffedBy(String userId) {
        return database.inTransaction(tx -> tx.list(
                row -> row.getString("id"),
                "SELECT id FROM guilds WHERE user_id = ? AND installed ORDER BY id",
                Long.valueOf(userId)));
    }

    /** Returns a guild, if it is one of the user's: nobody sees another one. */
    public Optional<Guild> find(String userId, String guildId) {
        return database.inTransaction(tx -> find(tx, userId, guildId));
    }

    /** Tells whether a user belongs to a guild's staff. */
    public boolean isStaff(Transaction tx, String userId, String guildId) throws SQLException {
        return find(tx, userId, guildId).filter(Guild::installed).isPresent();
    }

    /** Tells whether anybody here belongs to a guild's staff, and so could see what happens there. */
    public boolean hasStaff(Transaction tx, String guildId) throws SQLException {
        return tx.first(row -> true, "SELECT id FROM guilds WHERE id = ? AND installed LIMIT 1", guildId)
                .isPresent();
    }

    /** Writes down what happened. The caller holds the lock on the user's row, and on the guild. */
    public StaffChange apply(Transaction tx, String userId, GuildEvent event) throws SQLException {
        Guild before = find(tx, userId, event.guildId()).orElse(Guild.withoutBot(event.guildId(), event.guildName()));
        Guild after = before.after(event);
        save(tx, userId, after);
        if (before.installed() == after.installed()) {
            return StaffChange.NONE;
        }
        return after.installed() ? StaffChange.JOINED : StaffChange.LEFT;
    }

    /** Writes a guild. The caller holds the lock on the user's row. */
    public void save(Transaction tx, String userId, Guild guild) throws SQLException {
        int updated = tx.update(
                "UPDATE guilds SET name = ?, installed = ?, configured = ? WHERE user_id = ? AND id = ?",
                guild.name(),
                guild.installed(),
                guild.configured(),
                Long.valueOf(userId),
                guild.id());
        if (updated == 0) {
            tx.update(
                    "INSERT INTO guilds (user_id, id, name, installed, configured) VALUES (?, ?, ?, ?, ?)",
                    Long.valueOf(userId),
                    guild.id(),
                    guild.name(),
                    guild.installed(),
                    guild.configured());
        }
    }

    private static Optional<Guild> find(Transaction tx, String userId, String guildId) throws SQLException {
        return tx.first(GuildStore::guild, SELECT + " AND id = ?", Long.valueOf(userId), guildId);
    }

    private static Guild guild(ResultSet row) throws SQLException {
        return new Guild(
                row.getString("id"), row.getString("name"), row.getBoolean("installed"), row.getBoolean("configured"));
    }
}
