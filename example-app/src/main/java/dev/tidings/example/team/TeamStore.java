package dev.tidings.example.team;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What guilds' topics have told last of each member, in the database: so that of all nodes that notice a change one tells
 * it, once.
 */
final class TeamStore {

    private final Database database;
    private final GuildStore guilds;
    private final Outbox outbox;
    private final Users users = new Users();
    private final GuildStates guildStates = new GuildStates();
    private final Clock clock = Clock.systemUTC();

    TeamStore(Database database, GuildStore guilds, Outbox outbox) {
        this.database = database;
        this.guilds = guilds;
        this.outbox = outbox;
    }

    /** The staff of all guilds to whose staff a user belongs. */
    List<Member> colleagues(String userId) {
        return database.inTransaction(tx -> tx.list(
                row -> new Member(row.getString("guild_id"), String.valueOf(row.getLong("id")), row.getString("name")),
                "SELECT g.id AS guild_id, u.id AS id, u.name AS name FROM guilds mine"
                        + " JOIN guilds g ON g.id = mine.id AND g.installed"
                        + " JOIN users u ON u.id = g.user_id AND u.name IS NOT NULL"
                        + " WHERE mine.user_id = ? AND mine.installed ORDER BY u.name, u.id",
                Long.valueOf(userId)));
    }

    /** Whoever is not offline as far as was told: their status, by guild and user. */
    Map<String, Map<String, MemberStatus>> told() {
        Map<String, Map<String, MemberStatus>> told = new HashMap<>();
        List<Told> rows = database.inTransaction(
                tx -> tx.list(TeamStore::told, "SELECT guild_id, user_id, status FROM member_status"));
        rows.forEach(row ->
                told.computeIfAbsent(row.guildId(), id -> new HashMap<>()).put(row.userId(), row.status()));
        return told;
    }

    /** Tells a guild's staff of a change, unless that was told already, or is about nobody who is or was told to be of it. */
    boolean tell(String guildId, String userId, MemberStatus status) {
        return database.inTransaction(tx -> {
            users.lockById(tx, userId); // first, as everywhere: what is written below refers to the row
            guildStates.lock(tx, guildId);
            Optional<MemberStatus> last = last(tx, guildId, userId);
            if (!guilds.isStaff(tx, userId, guildId)) {
                return last.isPresent() && depart(tx, guildId, userId);
            }
            if (status == last.orElse(MemberStatus.OFFLINE)) {
                return false;
            }
            save(tx, guildId, userId, status);
            MemberEvent event = new MemberEvent(guildId, userId, name(tx, userId), status, clock.millis());
            outbox.add(tx, GuildTopic.of(guildId), event.toEvent(), "member_" + UUID.randomUUID());
            return true;
        });
    }

    /** Nobody has told that they have left the staff: otherwise they would be missed again at every look. */
    private boolean depart(Transaction tx, String guildId, String userId) throws SQLException {
        StaffDeparture.record(tx, outbox, guildId, userId, clock.millis(), "member_" + UUID.randomUUID());
        return true;
    }

    private static Optional<MemberStatus> last(Transaction tx, String guildId, String userId) throws SQLException {
        return tx.first(
                        TeamStore::told,
                        "SELECT guild_id, user_id, status FROM member_status WHERE guild_id = ? AND user_id = ?",
                        guildId,
                        Long.valueOf(userId))
                .map(Told::status);
    }

    private static void save(Transaction tx, String guildId, String userId, MemberStatus status) throws SQLException {
        forget(tx, guildId, userId);
        if (status != MemberStatus.OFFLINE) {
            tx.update(
                    "INSERT INTO member_status (guild_id, user_id, status) VALUES (?, ?, ?)",
                    guildId,
                    Long.valueOf(userId),
                    status.wireName());
        }
    }

    /** Forgets what was told of somebody. The caller holds the lock on the guild. */
    static void forget(Transaction tx, String guildId, String userId) throws SQLException {
        tx.update("DELETE FROM member_status WHERE guild_id = ? AND user_id = ?", guildId, Long.valueOf(userId));
    }

    static String name(Transaction tx, String userId) throws SQLException {
        return tx.first(row -> row.getString("name"), "SELECT name FROM users WHERE id = ?", Long.valueOf(userId))
                .orElse("");
    }

    private static Told told(ResultSet row) throws SQLException {
        return new Told(
                row.getString("guild_id"),
                String.valueOf(row.getLong("user_id")),
                MemberStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)));
    }

    private record Told(String guildId, String userId, MemberStatus status) {}
}
