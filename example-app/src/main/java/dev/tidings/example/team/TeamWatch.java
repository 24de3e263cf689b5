package dev.tidings.example.team;

import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Presence;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notices who of the staff comes and goes: every {@value #INTERVAL_MILLIS} ms it compares who has a stream, on any node,
 * with what was told last. Who is gone is told at the second look, so that a reconnect is no coming and going. Streams of a
 * node that was killed count for up to 5 s more, so that takes at most 10 s or so.
 *
 * <p>Each node looks after the guilds of which it has had streams. A look costs a call of the backplane for each of
 * them, and one query. Where several nodes see the same change, the database lets one of them tell it.
 */
final class TeamWatch implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(TeamWatch.class.getName());
    private static final long INTERVAL_MILLIS = 2_000;
    private static final long PATIENCE_SECONDS = 5;

    // Longer than a stream takes from its decision to its presence.
    private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();

    private final EventBroadcaster broadcaster;
    private final TeamStore store;
    private final Runnable committed;
    private final Map<String, Long> watchedSince = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "team-watch");

    // Touched by the watch's thread only.
    private Set<Absence> missing = new HashSet<>();
    private boolean failing;

    TeamWatch(EventBroadcaster broadcaster, TeamStore store, Runnable committed) {
        this.broadcaster = broadcaster;
        this.store = store;
        this.committed = committed;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Looks after a guild from now on, as long as somebody is there. */
    void watch(String guildId) {
        watchedSince.put(guildId, System.nanoTime());
    }

    @Override
    public void close() {
        closed.countDown(); // no interrupt: it would close the file of a database that the thread is reading
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                lookSafely();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookSafely() throws InterruptedException {
        try {
            look();
            failing = false;
        } catch (ExecutionException
                | TimeoutException
                | RuntimeException e) { // something is away: the next look will tell
            if (!failing) {
                LOGGER.log(Level.WARNING, "Who is there cannot be seen for now: {0}", e.toString());
            }
            failing = true;
        }
    }

    void look() throws InterruptedException, ExecutionException, TimeoutException {
        if (watchedSince.isEmpty()) {
            return;
        }
        Map<String, CompletableFuture<Presence>> asked = new HashMap<>(); // all at once
        watchedSince.keySet().forEach(guildId -> asked.put(guildId, presence(guildId)));
        Map<String, Map<String, MemberStatus>> told = store.told();
        Set<Absence> absences = new HashSet<>();
        boolean anyTold = false;
        for (Map.Entry<String, CompletableFuture<Presence>> guild : asked.entrySet()) {
            Set<String> there = guild.getValue()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .connections()
                    .keySet();
            Set<String> toldOf = told.getOrDefault(guild.getKey(), Map.of()).keySet();
            anyTold |= compare(guild.getKey(), there, toldOf, absences);
            if (there.isEmpty() && toldOf.isEmpty()) {
                forget(guild.getKey());
            }
        }
        missing = absences;
        if (anyTold) {
            committed.run();
        }
    }

    private boolean compare(String guildId, Set<String> there, Set<String> toldOf, Set<Absence> absences) {
        boolean anyTold = false;
        for (String userId : there) {
            anyTold |= !toldOf.contains(userId) && store.tell(guildId, userId, MemberStatus.ONLINE);
        }
        for (String userId : toldOf) {
            Absence absence = new Absence(guildId, userId);
            if (!there.contains(userId) && !missing.contains(absence)) {
                absences.add(absence);
            } else if (!there.contains(userId)) {
                anyTold |= store.tell(guildId, userId, MemberStatus.OFFLINE);
            }
        }
        return anyTold;
    }

    private CompletableFuture<Presence> presence(String guildId) {
        return broadcaster.presence(GuildTopic.of(guildId)).toCompletableFuture();
    }

    private void forget(String guildId) {
        Long since = watchedSince.get(guildId);
        if (since != null && System.nanoTime() - since > KEPT_NANOS) {
            watchedSince.remove(guildId, since); // unless a stream has just been let in
        }
    }

    /** Somebody who was there, and is not. */
    private record Absence(String guildId, String userId) {}
}
