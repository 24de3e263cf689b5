package dev.tidings.example.team;

import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Who of a guild's staff is there, told to the staff: the broadcaster in the words of this family.
 *
 * <pre>{@code
 * teamEvents.notifyMemberStatus(new MemberEvent("7", userId, "Alice", MemberStatus.AWAY, now));
 *
 * try (Subscription s = teamEvents.subscribeToTeam("7", event -> show(event))) { ... }
 * }</pre>
 *
 * <p>Of each member the last status is enough: whoever comes back later is not told the ones before it.
 */
public final class TeamEvents {

    private final EventBroadcaster broadcaster;

    /** Creates this face of a broadcaster. */
    public TeamEvents(EventBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    /** Tells the staff how one of them can be reached. */
    public CompletionStage<Published> notifyMemberStatus(MemberEvent event) {
        return broadcaster.publish(GuildTopic.of(event.guildId()), event.toEvent());
    }

    /** Calls back for what happens among a guild's staff from now on, until it is closed. */
    public Subscription subscribeToTeam(String guildId, Consumer<MemberEvent> callback) {
        Subscription.Request team = Subscription.Request.of(GuildTopic.of(guildId))
                .filter(event -> event.type().equals(MemberEvent.TYPE));
        return broadcaster.subscribe(team, (topic, entry) -> callback.accept(MemberEvent.of(entry.event())));
    }
}
