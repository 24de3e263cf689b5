package dev.tidings.example.streams;

import dev.tidings.example.guilds.GuildEvents;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.identity.IdentityProvider;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one stream that all pages of a user share, and the one place that decides what is in it: the user's own topic, and
 * that of each guild to whose staff they belong.
 *
 * <p>Of more than {@value #MOST_GUILDS} guilds those with the smallest ids are in it, by their characters: a choice that
 * does not change with names or time. The others are there for whoever narrows the stream to one of them.
 */
public final class PageStream {

    /** A stream has at most 64 topics, and one is the user's own. */
    public static final int MOST_GUILDS = 63;

    private static final long PATIENCE_SECONDS = 2;

    private final EventBroadcaster broadcaster;
    private final Sessions sessions;
    private final GuildStore guilds;
    private final IdentityProvider provider;
    private final Consumer<String> followed;

    /**
     * Creates it.
     *
     * @param followed told of each guild that is in a stream which is let in
     */
    public PageStream(
            EventBroadcaster broadcaster,
            Sessions sessions,
            GuildStore guilds,
            IdentityProvider provider,
            Consumer<String> followed) {
        this.broadcaster = broadcaster;
        this.sessions = sessions;
        this.guilds = guilds;
        this.provider = provider;
        this.followed = followed;
    }

    /** Decides about a request for the stream; {@code ?guild=ID} narrows it to one guild and what is about none. */
    public Access access(HttpServletRequest request) {
        Optional<Session> found = sessions.of(request);
        if (found.isEmpty()) {
            return Access.denied();
        }
        Session session = found.get();
        String userId = session.user().id();
        provider.looks(userId);
        String guildId = request.getParameter("guild");
        if (guildId == null) {
            return granted(session, staffed(userId));
        }
        return guilds.find(userId, guildId).isPresent()
                ? granted(session, narrowed(userId, guildId)).filter(GuildEvents.only(guildId))
                : Access.denied(404);
    }

    /** The cursor at the end of a user's stream, or null while the backplane is away: the page then reads again on its open. */
    public @Nullable String cursor(String userId) {
        try {
            return broadcaster
                    .position(topics(userId, staffed(userId)))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .text();
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private Access.Granted granted(Session session, List<String> guildIds) {
        guildIds.forEach(followed);
        return Access.to(topics(session.user().id(), guildIds))
                .principal(session.user().id())
                .sessionId(session.id())
                .expiresAt(session.expiresAt());
    }

    private List<String> staffed(String userId) {
        return guilds.staffedBy(userId).stream().limit(MOST_GUILDS).toList();
    }

    private List<String> narrowed(String userId, String guildId) {
        return guilds.staffedBy(userId).contains(guildId) ? List.of(guildId) : List.of();
    }

    private static List<Topic> topics(String userId, List<String> guildIds) {
        List<Topic> topics = new ArrayList<>();
        topics.add(GuildEvents.topic(userId));
        guildIds.forEach(guildId -> topics.add(GuildTopic.of(guildId)));
        return topics;
    }
}
