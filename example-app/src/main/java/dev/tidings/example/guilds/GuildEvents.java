package dev.tidings.example.guilds;

import dev.tidings.example.json.RawJson;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What happens to guilds, told to those who may know: the broadcaster in the words of this application.
 *
 * <pre>{@code
 * guildEvents.notifyGuildJoined(userId, "7", "Book Club");
 *
 * try (Subscription s = guildEvents.subscribeToUserEvents(userId, event -> show(event))) { ... }
 * }</pre>
 *
 * <p>A user's guilds share the user's topic, so that a page needs one stream, and all its events stay in order.
 *
 * <p>Webhooks do not come this way but through the outbox, which publishes the same events once their transaction is
 * committed.
 */
public final class GuildEvents {

    private final EventBroadcaster broadcaster;
    private final Clock clock;

    /** Creates this face of a broadcaster. */
    public GuildEvents(EventBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
        this.clock = Clock.systemUTC();
    }

    /** The topic in which a user's events are. */
    public static Topic topic(String userId) {
        return Topic.of("user", userId);
    }

    /** Lets the events of one guild pass, and those that are about no guild in particular. */
    public static Predicate<Event> only(String guildId) {
        return event -> guildId.equals(event.attributes().getOrDefault(GuildTopic.ATTRIBUTE, guildId));
    }

    /** Tells a user that the bot is now in a guild. */
    public CompletionStage<Published> notifyGuildJoined(String userId, String guildId, String guildName) {
        return notifyGuildJoined(userId, guildId, guildName, null);
    }

    /** Tells a user that the bot is now in a guild, with more about it. */
    public CompletionStage<Published> notifyGuildJoined(
            String userId, String guildId, String guildName, @Nullable RawJson metadata) {
        return publish(userId, GuildEventType.GUILD_JOINED, guildId, guildName, metadata);
    }

    /** Tells a user that the bot is no longer in a guild. */
    public CompletionStage<Published> notifyGuildLeft(String userId, String guildId, String guildName) {
        return notifyGuildLeft(userId, guildId, guildName, null);
    }

    /** Tells a user that the bot is no longer in a guild, with more about it. */
    public CompletionStage<Published> notifyGuildLeft(
            String userId, String guildId, String guildName, @Nullable RawJson metadata) {
        return publish(userId, GuildEventType.GUILD_LEFT, guildId, guildName, metadata);
    }

    /** Tells a user that the bot is set up in a guild. */
    public CompletionStage<Published> notifyBotConfigured(String userId, String guildId, String guildName) {
        return notifyBotConfigured(userId, guildId, guildName, null);
    }

    /** Tells a user that the bot is set up in a guild, with more about it. */
    public CompletionStage<Published> notifyBotConfigured(
            String userId, String guildId, String guildName, @Nullable RawJson metadata) {
        return publish(userId, GuildEventType.BOT_CONFIGURED, guildId, guildName, metadata);
    }

    /** Tells a user that a guild's settings changed. */
    public CompletionStage<Published> notifySettingsUpdated(String userId, String guildId, String guildName) {
        return notifySettingsUpdated(userId, guildId, guildName, null);
    }

    /** Tells a user that a guild's settings changed, with more about it. */
    public CompletionStage<Published> notifySettingsUpdated(
            String userId, String guildId, String guildName, @Nullable RawJson metadata) {
        return publish(userId, GuildEventType.SETTINGS_UPDATED, guildId, guildName, metadata);
    }

    /** Calls back for everything that happens to a user's guilds from now on, until it is closed. */
    public Subscription subscribeToUserEvents(String userId, Consumer<GuildEvent> callback) {
        return subscribe(Subscription.Request.of(topic(userId)), callback);
    }

    /** Calls back for what happens to one of a user's guilds from now on, until it is closed. */
    public Subscription subscribeToGuildEvents(String userId, String guildId, Consumer<GuildEvent> callback) {
        return subscribe(Subscription.Request.of(topic(userId)).filter(only(guildId)), callback);
    }

    private CompletionStage<Published> publish(
            String userId, GuildEventType type, String guildId, String guildName, @Nullable RawJson metadata) {
        GuildEvent event = new GuildEvent(type, guildId, guildName, clock.millis(), metadata);
        return broadcaster.publish(topic(userId), event.toEvent());
    }

    private Subscription subscribe(Subscription.Request request, Consumer<GuildEvent> callback) {
        Predicate<Event> aboutGuilds =
                event -> GuildEventType.ofWireName(event.type()).isPresent();
        Predicate<Event> wanted = request.filter() == null ? aboutGuilds : aboutGuilds.and(request.filter());
        return broadcaster.subscribe(
                request.filter(wanted), (topic, entry) -> callback.accept(GuildEvent.of(entry.event())));
    }
}
