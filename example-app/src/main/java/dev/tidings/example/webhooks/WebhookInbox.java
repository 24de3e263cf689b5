package dev.tidings.example.webhooks;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.Transaction;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.sql.SQLException;

/** Stores a webhook: the guild, the webhook's id, and the event to publish, all in one transaction or not at all. */
public final class WebhookInbox {

    /** What became of a webhook. */
    enum Outcome {
        /** Stored, and its event will be published. */
        ACCEPTED,
        /** Stored; nobody here could receive an event. */
        UNKNOWN_OWNER,
        /** It had come before; nothing was done. */
        DUPLICATE
    }

    private final Database database;
    private final Users users;
    private final GuildStore guilds;
    private final Outbox outbox;

    /** Creates the inbox. */
    public WebhookInbox(Database database, Users users, GuildStore guilds, Outbox outbox) {
        this.database = database;
        this.users = users;
        this.guilds = guilds;
        this.outbox = outbox;
    }

    Outcome store(String webhookId, String ownerDiscordId, GuildEvent event) {
        return database.inTransaction(tx -> {
            // The lock comes first: it puts the events of one owner in the order of their commits.
            Users.Owner owner = users.lock(tx, ownerDiscordId);
            if (isKnown(tx, webhookId)) {
                return Outcome.DUPLICATE;
            }
            tx.update(
                    "INSERT INTO webhooks (id, type, received_at) VALUES (?, ?, ?)",
                    webhookId,
                    event.type().wireName(),
                    event.timestamp());
            guilds.apply(tx, owner.userId(), event);
            if (!owner.hasSignedIn()) {
                return Outcome.UNKNOWN_OWNER;
            }
            outbox.add(tx, GuildEvents.topic(owner.userId()), event.toEvent(), webhookId);
            return Outcome.ACCEPTED;
        });
    }

    private static boolean isKnown(Transaction tx, String webhookId) throws SQLException {
        return tx.first(row -> true, "SELECT id FROM webhooks WHERE id = ?", webhookId)
                .isPresent();
    }
}
