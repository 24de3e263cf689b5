package dev.tidings.example.guilds;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tidings.example.identity.IdentityProvider;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import dev.tidings.sse.Access;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A user's guilds, and who may follow what happens to them. */
public final class GuildsEndpoint {

    private static final long PATIENCE_SECONDS = 2;

    private final EventBroadcaster broadcaster;
    private final Sessions sessions;
    private final GuildStore guilds;
    private final IdentityProvider provider;

    /** Creates the endpoint. */
    public GuildsEndpoint(
            EventBroadcaster broadcaster, Sessions sessions, GuildStore guilds, IdentityProvider provider) {
        this.broadcaster = broadcaster;
        this.sessions = sessions;
        this.guilds = guilds;
        this.provider = provider;
    }

    /** Answers {@code GET /api/guilds}. */
    public void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Session session = sessions.of(request).orElseThrow(() -> new Problem(401, "sign in first"));
        // First the cursor, then the data: what happens in between is in both, and nothing is in neither.
        String cursor = position(GuildEvents.topic(session.user().id()));
        List<Guild> list = guilds.ofUser(session.user().id());
        Reader reader = new Reader(session.user().id(), session.user().name());
        String installUrl = provider.installUrl();
        Answer.json(response, 200, new Listing(cursor, installUrl == null, installUrl, reader, list));
        provider.looks(session.user().id());
    }

    /** Decides about {@code GET /api/guilds/events}; {@code ?guild=ID} narrows the stream to one guild. */
    public Access streamAccess(HttpServletRequest request) {
        Optional<Session> found = sessions.of(request);
        if (found.isEmpty()) {
            return Access.denied();
        }
        Session session = found.get();
        provider.looks(session.user().id());
        Access.Granted access = Access.to(GuildEvents.topic(session.user().id()))
                .principal(session.user().id())
                .sessionId(session.id())
                .expiresAt(session.expiresAt());
        String guildId = request.getParameter("guild");
        if (guildId == null) {
            return access;
        }
        return guilds.find(session.user().id(), guildId).isPresent()
                ? access.filter(GuildEvents.only(guildId))
                : Access.denied(404);
    }

    /** The cursor at the end of a topic, or null while the backplane is away: the page then reads again on its open. */
    private @Nullable String position(Topic topic) {
        try {
            Cursor cursor = broadcaster.position(topic).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return cursor.text();
        } catch (ExecutionException | TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private record Listing(
            @Nullable String cursor,
            boolean demo,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String installUrl,

            Reader user,
            List<Guild> guilds) {}

    private record Reader(String id, String name) {}
}
