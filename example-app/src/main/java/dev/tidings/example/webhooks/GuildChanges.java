package dev.tidings.example.webhooks;

import static dev.tidings.example.outbox.ReauthorizingPublisher.reauthorizing;

import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.StaffChange;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.team.StaffDeparture;
import dev.tidings.sse.Event;
import java.sql.SQLException;

/**
 * Writes down what happened to a user's guild, with the events that tell of it, and lets the user's streams begin anew
 * where it changes what they may see.
 */
final class GuildChanges {

    private final GuildStore guilds;
    private final Outbox outbox;

    GuildChanges(GuildStore guilds, Outbox outbox) {
        this.guilds = guilds;
        this.outbox = outbox;
    }

    /** Writes it. The caller holds the locks on the user's row and on the guild. */
    void record(Transaction tx, Users.Owner user, GuildEvent event, String idempotencyKey) throws SQLException {
        String userId = user.userId();
        StaffChange change = guilds.apply(tx, userId, event);
        if (!user.hasSignedIn()) {
            return;
        }
        Event told = event.toEvent();
        outbox.add(
                tx,
                GuildEvents.topic(userId),
                change == StaffChange.JOINED ? reauthorizing(userId, told) : told,
                idempotencyKey);
        if (change == StaffChange.LEFT) {
            StaffDeparture.record(tx, outbox, event.guildId(), userId, event.timestamp(), idempotencyKey);
        }
    }
}
