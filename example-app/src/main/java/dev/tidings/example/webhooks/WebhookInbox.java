package dev.tidings.example.webhooks;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.ManagedGuilds;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.util.List;

/** Stores a webhook: the guild, the webhook's id, and the event to publish, all in one transaction or not at all. */
public final class WebhookInbox {

    /** What became of a webhook. */
    public enum Outcome {
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
    private final SeenWebhooks seen = new SeenWebhooks();
    private final GuildStates states = new GuildStates();
    private final Audience audience;

    /** Creates the inbox. */
    public WebhookInbox(Database database, Users users, GuildStore guilds, Outbox outbox) {
        this.database = database;
        this.users = users;
        this.guilds = guilds;
        this.outbox = outbox;
        this.audience = new Audience(users, new ManagedGuilds(guilds, states), states);
    }

    /**
     * Stores what happened to a guild, and an event for each who is to know.
     *
     * @param discordId Discord's id of the one whom the webhook names
     */
    public Outcome store(String webhookId, String discordId, GuildEvent event) {
        return database.inTransaction(tx -> {
            List<Users.Owner> told = audience.lock(tx, users.idOf(tx, discordId), event.guildId());
            if (!seen.isNew(tx, webhookId, event.type().wireName(), event.timestamp())) {
                return Outcome.DUPLICATE;
            }
            states.apply(tx, event);
            Outcome outcome = Outcome.UNKNOWN_OWNER;
            for (Users.Owner user : told) {
                guilds.apply(tx, user.userId(), event);
                if (user.hasSignedIn()) {
                    outbox.add(tx, GuildEvents.topic(user.userId()), event.toEvent(), webhookId);
                    outcome = Outcome.ACCEPTED;
                }
            }
            return outcome;
        });
    }
}
