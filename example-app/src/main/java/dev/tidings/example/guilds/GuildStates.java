package dev.tidings.example.guilds;

import dev.tidings.example.db.Transaction;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What webhooks have told of each guild, whoever may see it: a user who comes to manage a guild later finds the bot where it
 * is. Its row is locked by whoever changes a guild, who manages it, or what its topic will tell, after the rows of the users
 * concerned: so a guild's events are in the order of the commits, and who joins its staff misses none.
 */
public final class GuildStates {

    /** Locks a guild until the transaction ends. */
    public void lock(Transaction tx, String guildId) throws SQLException {
        lock(tx, Guild.withoutBot(guildId, ""));
    }

    /** Locks a guild until the transaction ends, and returns it in its state. */
    Guild lock(Transaction tx, Guild guild) throws SQLException {
        Optional<Guild> found = tx.first(
                row -> new Guild(guild.id(), guild.name(), row.getBoolean("installed"), row.getBoolean("configured")),
                "SELECT installed, configured FROM guild_states WHERE guild_id = ? FOR UPDATE",
                guild.id());
        if (found.isPresent()) {
            return found.get();
        }
        // Of two at once one meets the other's row here, and starts again.
        tx.update("INSERT INTO guild_states (guild_id) VALUES (?)", guild.id());
        return guild;
    }

    /** Locks a guild until the transaction ends, and writes down what happened to it. */
    public void apply(Transaction tx, GuildEvent event) throws SQLException {
        Guild after =
                lock(tx, Guild.withoutBot(event.guildId(), event.guildName())).after(event);
        tx.update(
                "UPDATE guild_states SET installed = ?, configured = ? WHERE guild_id = ?",
                after.installed(),
                after.configured(),
                after.id());
    }
}
