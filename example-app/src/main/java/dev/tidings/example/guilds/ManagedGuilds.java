package dev.tidings.example.guilds;

import dev.tidings.example.db.Transaction;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which guilds users manage, as somebody who knows has said. What happens to a guild is told to all who manage it. */
public final class ManagedGuilds {

    private final GuildStore guilds;
    private final GuildStates states;

    /** Creates it. */
    public ManagedGuilds(GuildStore guilds, GuildStates states) {
        this.guilds = guilds;
        this.states = states;
    }

    /** The ids of those who manage a guild. */
    public List<String> managers(Transaction tx, String guildId) throws SQLException {
        return tx.list(
                row -> String.valueOf(row.getLong("user_id")),
                "SELECT user_id FROM guilds WHERE id = ? AND managed ORDER BY user_id",
                guildId);
    }

    /**
     * Makes these the guilds of a user: whatever else there was is gone, and the bot is where webhooks have said so. The
     * caller holds the lock on the user's row.
     *
     * @return whether that has changed anything
     */
    public boolean replace(Transaction tx, String userId, List<Guild> named) throws SQLException {
        List<Guild> before = guilds.ofUser(tx, userId);
        Set<String> kept = new HashSet<>();
        // In one order everywhere, so that two who lock the same guilds do not wait for each other.
        for (Guild guild :
                named.stream().sorted(Comparator.comparing(Guild::id)).toList()) {
            guilds.save(tx, userId, states.lock(tx, guild));
            tx.update(
                    "UPDATE guilds SET managed = TRUE WHERE user_id = ? AND id = ?", Long.valueOf(userId), guild.id());
            kept.add(guild.id());
        }
        for (Guild guild : before) {
            if (!kept.contains(guild.id())) {
                tx.update("DELETE FROM guilds WHERE user_id = ? AND id = ?", Long.valueOf(userId), guild.id());
            }
        }
        return !before.equals(guilds.ofUser(tx, userId));
    }
}
