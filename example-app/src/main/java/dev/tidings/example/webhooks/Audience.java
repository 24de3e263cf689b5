package dev.tidings.example.webhooks;

import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.ManagedGuilds;
import dev.tidings.example.identity.Users;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Those who are to know what happens to a guild: whoever a webhook names, and all who manage the guild. */
final class Audience {

    private static final String TRY_AGAIN = "40001"; // to the database: as if it had found a conflict itself

    private final Users users;
    private final ManagedGuilds managed;
    private final GuildStates states;

    Audience(Users users, ManagedGuilds managed, GuildStates states) {
        this.users = users;
        this.managed = managed;
        this.states = states;
    }

    /**
     * Locks them and the guild until the transaction ends: it puts the events of each in the order of their commits. First
     * the users in the order of their ids, then the guild, as everywhere, or two transactions could wait for each other.
     */
    List<Users.Owner> lock(Transaction tx, String named, String guildId) throws SQLException {
        SortedSet<Long> expected = ids(tx, named, guildId);
        List<Users.Owner> locked = new ArrayList<>();
        for (Long id : expected) {
            locked.add(users.lockById(tx, String.valueOf(id)));
        }
        states.lock(tx, guildId);
        SortedSet<Long> now = ids(tx, named, guildId);
        if (!expected.containsAll(now)) {
            throw new SQLException("somebody has begun to manage the guild meanwhile", TRY_AGAIN);
        }
        return locked.stream()
                .filter(user -> now.contains(Long.valueOf(user.userId())))
                .toList();
    }

    private SortedSet<Long> ids(Transaction tx, String named, String guildId) throws SQLException {
        SortedSet<Long> ids = new TreeSet<>();
        ids.add(Long.valueOf(named));
        managed.managers(tx, guildId).forEach(id -> ids.add(Long.valueOf(id)));
        return ids;
    }
}
