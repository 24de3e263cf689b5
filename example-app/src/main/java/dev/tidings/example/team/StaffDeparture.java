package dev.tidings.example.team;

import static dev.tidings.example.outbox.ReauthorizingPublisher.reauthorizing;

import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.sse.Event;
import java.sql.SQLException;

/** Somebody no longer belongs to a guild's staff: the others are told, and their streams lose the guild. */
public final class StaffDeparture {

    private StaffDeparture() {}

    /**
     * Writes it. The event is in the guild's own topic: what that tells from now on is published after their streams have
     * lost it. The caller holds the lock on the guild.
     *
     * @param idempotencyKey names what made them leave; it may have made others leave, too
     */
    public static void record(
            Transaction tx, Outbox outbox, String guildId, String userId, long timestamp, String idempotencyKey)
            throws SQLException {
        TeamStore.forget(tx, guildId, userId);
        Event left =
                new MemberEvent(guildId, userId, TeamStore.name(tx, userId), MemberStatus.LEFT, timestamp).toEvent();
        outbox.add(tx, GuildTopic.of(guildId), reauthorizing(userId, left), idempotencyKey + ":" + userId);
    }
}
