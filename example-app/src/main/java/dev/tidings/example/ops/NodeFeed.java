package dev.tidings.example.ops;

import dev.tidings.example.json.Json;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the administrators at all nodes what this node is doing, about once a second, and only while one of them watches.
 *
 * <p>A node at which somebody watches says so now and then, in a topic that every node follows; whoever hears it goes on
 * for a while. Each snapshot is an event under its node's key, so that of each node the latest is enough.
 */
final class NodeFeed implements AutoCloseable {

    /** The topic of snapshots, which the page reads. */
    static final Topic NODES = Topic.of("admin");

    /** What to keep of it: for those who come back. Whoever comes for the first time gets the next snapshots. */
    static final Retention RETENTION =
            Retention.DEFAULT.maxEntries(64).maxAge(Duration.ofSeconds(10)).conflate();

    private static final Logger LOGGER = System.getLogger(NodeFeed.class.getName());

    private static final Topic WATCHED = Topic.of("admin-watched");
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SAY_AGAIN = Duration.ofSeconds(4);
    private static final Duration GO_ON = Duration.ofSeconds(10);

    private final EventBroadcaster broadcaster;
    private final Watchers watchers;
    private final Supplier<String> name;
    private final String id = UUID.randomUUID().toString();
    private final long startedNanos = System.nanoTime();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, NodeFeed::thread, new ThreadPoolExecutor.DiscardPolicy());

    // Touched by the timer's thread only.
    private boolean saying;
    private boolean telling;
    private long goOnUntil;

    /**
     * Creates a feed.
     *
     * @param watchers of {@link #NODES} at this node
     * @param name what to call this node; asked for only when it is needed
     */
    NodeFeed(EventBroadcaster broadcaster, Watchers watchers, Supplier<String> name) {
        this.broadcaster = broadcaster;
        this.watchers = watchers;
        this.name = name;
        watchers.onArrival(() -> after(Duration.ZERO, this::say));
        broadcaster.subscribe(Subscription.Request.of(WATCHED), (topic, entry) -> after(Duration.ZERO, this::goOn));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Says that somebody watches here, and again as long as that is so. */
    private void say() {
        goOn(); // this node need not wait for its own word
        if (!saying) {
            sayAgain();
        }
    }

    private void sayAgain() {
        saying = watchers.isAny();
        if (saying) {
            publish(WATCHED, Event.of("watched", ""));
            after(SAY_AGAIN, this::sayAgain);
        }
    }

    private void goOn() {
        goOnUntil = System.nanoTime() + GO_ON.toNanos();
        if (!telling) {
            tell();
        }
    }

    /** One at a time: the pause before the next begins when this one is stored, or has failed. */
    private void tell() {
        telling = System.nanoTime() - goOnUntil < 0;
        if (telling) {
            broadcaster
                    .connections()
                    .thenCompose(streams -> publish(NODES, snapshot(streams)))
                    .whenComplete((published, failure) -> after(PAUSE, this::tell));
        }
    }

    private Event snapshot(List<StreamSummary> streams) {
        Duration up = Duration.ofNanos(System.nanoTime() - startedNanos);
        NodeSnapshot snapshot =
                NodeSnapshot.of(id, name.get(), up, broadcaster.status(), broadcaster.metrics(), streams);
        return Event.of("node", Json.write(snapshot)).key(id);
    }

    private CompletionStage<Published> publish(Topic topic, Event event) {
        return broadcaster.publish(topic, event).whenComplete(NodeFeed::noted);
    }

    private static void noted(@Nullable Published published, @Nullable Throwable failure) {
        if (failure != null) { // the page shows that it hears nothing of this node
            LOGGER.log(Level.DEBUG, "What administrators are told was not published", failure);
        }
    }

    private void after(Duration pause, Runnable task) {
        ScheduledFuture<?> unused = timer.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "admin-feed");
        thread.setDaemon(true);
        return thread;
    }
}
