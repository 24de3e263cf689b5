package dev.tidings.example.team;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.User;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import dev.tidings.example.web.WebServer;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Presence;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Who of the staff is there: to see, and to say of oneself. */
public final class Team implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Team.class.getName());
    private static final int MAX_BODY_BYTES = 1024;
    private static final long PATIENCE_SECONDS = 2;

    private final EventBroadcaster broadcaster;
    private final Sessions sessions;
    private final GuildStore guilds;
    private final TeamStore store;
    private final TeamWatch watch;
    private final Runnable committed;

    /**
     * Creates it. The broadcaster keeps presence of guilds' topics.
     *
     * @param committed told after each transaction that has written an event
     */
    public Team(
            Database database,
            EventBroadcaster broadcaster,
            Sessions sessions,
            GuildStore guilds,
            Outbox outbox,
            Runnable committed) {
        this.broadcaster = broadcaster;
        this.sessions = sessions;
        this.guilds = guilds;
        this.store = new TeamStore(database, guilds, outbox);
        this.watch = new TeamWatch(broadcaster, store, committed);
        this.committed = committed;
    }

    /** Adds what is answered here, and begins to notice who comes and goes. */
    public void routes(WebServer server) {
        server.get("/api/team", this::list);
        server.post("/api/team/status", this::say);
        watch.start();
    }

    /** Looks after a guild from now on: somebody's stream has it. */
    public void watch(String guildId) {
        watch.watch(guildId);
    }

    @Override
    public void close() {
        watch.close();
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        User user = user(request);
        String guildId = request.getParameter("guild");
        List<Member> members = store.colleagues(user.id()).stream()
                .filter(member -> guildId == null || guildId.equals(member.guildId()))
                .toList();
        if (guildId != null && members.isEmpty()) { // they would be one of them
            throw new Problem(404, "there is no such guild among yours");
        }
        Answer.json(response, 200, new Listing(withStatus(members)));
    }

    private List<Seen> withStatus(List<Member> members) {
        Map<String, CompletableFuture<Presence>> asked = new HashMap<>(); // all at once
        members.forEach(member -> asked.computeIfAbsent(member.guildId(), this::presence));
        await(asked.values());
        Map<String, Map<String, MemberStatus>> told = store.told();
        return members.stream()
                .map(member -> new Seen(
                        member.guildId(),
                        member.id(),
                        member.name(),
                        status(
                                member,
                                known(asked.get(member.guildId())),
                                told.getOrDefault(member.guildId(), Map.of()))))
                .toList();
    }

    /** Who is there now counts, not what was told; null while nobody knows. */
    private static @Nullable String status(Member member, @Nullable Presence presence, Map<String, MemberStatus> told) {
        if (presence == null) {
            return null;
        }
        if (!presence.isPresent(member.id())) {
            return MemberStatus.OFFLINE.wireName();
        }
        boolean away = told.get(member.id()) == MemberStatus.AWAY;
        return (away ? MemberStatus.AWAY : MemberStatus.ONLINE).wireName();
    }

    private CompletableFuture<Presence> presence(String guildId) {
        return broadcaster.presence(GuildTopic.of(guildId)).toCompletableFuture();
    }

    /** Waits for all together, and lets those be that do not come in time. */
    private static void await(Collection<CompletableFuture<Presence>> asked) {
        try {
            CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.DEBUG, "Not all of who is there is known", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Presence known(@Nullable CompletableFuture<Presence> asked) {
        return asked == null || !asked.isDone() || asked.isCompletedExceptionally() ? null : asked.join();
    }

    private void say(HttpServletRequest request, HttpServletResponse response) throws IOException {
        User user = user(request);
        MemberStatus status = status(RequestBody.utf8(RequestBody.read(request, MAX_BODY_BYTES)));
        for (String guildId : guilds.staffedBy(user.id())) {
            store.tell(guildId, user.id(), status);
        }
        committed.run();
        Answer.json(response, 200, new Said(status.wireName()));
    }

    private static MemberStatus status(String body) {
        try {
            return switch (JsonFields.parse(body).only("status").string("status")) {
                case "online" -> MemberStatus.ONLINE;
                case "away" -> MemberStatus.AWAY;
                default -> throw new Problem(400, "status must be online or away");
            };
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }

    private User user(HttpServletRequest request) {
        return sessions.of(request).map(Session::user).orElseThrow(() -> new Problem(401, "sign in first"));
    }

    private record Listing(List<Seen> members) {}

    private record Seen(
            String guildId,
            String id,
            String name,
            @Nullable String status) {}

    private record Said(String status) {}
}
