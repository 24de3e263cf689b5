package dev.tidings.example.webhooks;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.guilds.GuildStates;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.ManagedGuilds;
import dev.tidings.example.identity.Users;
import dev.tidings.example.outbox.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;

/** Stores a webhook: the guild, the webhook's id, and the event to publish, all in one transaction or not at all. */
public final class WebhookInbox {

    private final Database database;
    private final Users users;
    private final GuildChanges changes;
    private final SeenWebhooks seen = new SeenWebhooks();
    private final GuildStates states = new GuildStates();
    private final Audience audience;
    private final Clock clock = Clock.systemUTC();

    /** Creates the inbox. */
    public WebhookInbox(Database database, Users users, GuildStore guilds, Outbox outbox) {
        this.database = database;
        this.users = users;
        this.changes = new GuildChanges(guilds, outbox);
        this.audience = new Audience(users, new ManagedGuilds(guilds, states), states);
    }

    /** Returns what stores the bot's webhooks of a type, for {@link WebhookEndpoint#receive}. */
    public BiFunction<String, WebhookPayload, Outcome> storing(GuildEventType type) {
        return (id, payload) -> store(id, payload.ownerId(), payload.event(type, clock.millis()));
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
                changes.record(tx, user, event, webhookId);
                outcome = user.hasSignedIn() ? Outcome.ACCEPTED : outcome;
            }
            return outcome;
        });
    }
}
