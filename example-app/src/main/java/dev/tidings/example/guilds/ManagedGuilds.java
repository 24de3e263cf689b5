package dev.tidings.example.guilds;

import dev.tidings.example.db.Transaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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
     */
    public Change replace(Transaction tx, String userId, List<Guild> named) throws SQLException {
        List<Guild> before = guilds.ofUser(tx, userId);
        Map<String, Guild> kept = byId(named);
        Map<String, Guild> all = byId(before);
        all.putAll(kept);
        for (Guild guild : all.values()) {
            Guild known = states.lock(tx, guild);
            if (kept.containsKey(guild.id())) {
                guilds.save(tx, userId, known);
                tx.update(
                        "UPDATE guilds SET managed = TRUE WHERE user_id = ? AND id = ?",
                        Long.valueOf(userId),
                        guild.id());
            } else {
                tx.update("DELETE FROM guilds WHERE user_id = ? AND id = ?", Long.valueOf(userId), guild.id());
            }
        }
        return change(tx, userId, before);
    }

    /** Forgets which guilds a user manages. The caller holds the lock on the user's row. */
    public Change forget(Transaction tx, String userId) throws SQLException {
        List<Guild> before = guilds.ofUser(tx, userId);
        for (String guildId : byId(before).keySet()) {
            states.lock(tx, guildId);
        }
        tx.update("DELETE FROM guilds WHERE user_id = ? AND managed", Long.valueOf(userId));
        return change(tx, userId, before);
    }

    /** In one order everywhere, so that two who lock the same guilds do not wait for each other. */
    private static Map<String, Guild> byId(List<Guild> guilds) {
        Map<String, Guild> byId = new TreeMap<>();
        guilds.forEach(guild -> byId.put(guild.id(), guild));
        return byId;
    }

    private Change change(Transaction tx, String userId, List<Guild> before) throws SQLException {
        List<Guild> now = guilds.ofUser(tx, userId);
        Set<String> staffed = new TreeSet<>(staffed(before));
        staffed.removeAll(staffed(now));
        return new Change(!before.equals(now), List.copyOf(staffed));
    }

    private static List<String> staffed(List<Guild> guilds) {
        return guilds.stream().filter(Guild::installed).map(Guild::id).toList();
    }

    /**
     * What has become of a user's guilds.
     *
     * @param isAny whether anything is other than before
     * @param left the ids of the guilds to whose staff they no longer belong; they are locked
     */
    public record Change(boolean isAny, List<String> left) {

        /** Copies the ids. */
        public Change {
            left = List.copyOf(left);
        }
    }
}
