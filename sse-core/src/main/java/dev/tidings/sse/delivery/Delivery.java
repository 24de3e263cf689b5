package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Event;
import dev.tidings.sse.Presence;
import dev.tidings.sse.Published;
import dev.tidings.sse.Received;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.log.TextSize;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Streams;
import dev.tidings.sse.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One node's delivery: its loops, the topics it follows, and the ways in. Thread-safe.
 *
 * <p>{@link dev.tidings.sse.EventBroadcaster} is a thin face over this.
 */
public final class Delivery {

    private static final Logger LOG = System.getLogger(Delivery.class.getName());

    private final Settings settings;
    private final Backplane backplane;
    private final TimeSource time;
    private final Meters meters;
    private final List<DeliveryLoop> loops = new ArrayList<>();
    private final List<Runnable> stops = new ArrayList<>();
    private final TopicFeeds feeds;
    private final ControlLog control;
    private final @Nullable StreamLeases leases;
    private final NodeStreams streams;
    private final LocalSubscriptions locals;
    private final Census census;
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Starts delivery over a backplane, on a thread per loop. */
    public Delivery(Settings settings, Backplane backplane, List<BroadcasterObserver> observers) {
        this(settings, backplane, observers, LoopThread.driver());
    }

    /** Starts delivery over a backplane, on loops that are driven by the caller. */
    public Delivery(Settings settings, Backplane backplane, List<BroadcasterObserver> observers, LoopDriver driver) {
        this.settings = settings;
        this.backplane = backplane;
        this.time = driver.time();
        this.meters = new Meters(time, observers);
        this.feeds = new TopicFeeds(backplane, settings, meters);
        for (int i = 0; i < settings.loops(); i++) {
            loops.add(new DeliveryLoop(feeds, settings, meters, time));
        }
        this.leases = leases(settings, backplane); // before anything is followed, which nobody would end if this throws
        this.control = new ControlLog(feeds, loops, time);
        this.streams = new NodeStreams(this, new StreamRegistry(settings), leases, control);
        this.locals = new LocalSubscriptions(this, control);
        this.census = new Census(loops, time);
        loops.forEach(control::start);
        loops.forEach(loop -> stops.add(driver.drive(loop)));
    }

    /** Publishes an event. */
    public CompletionStage<Published> publish(Topic topic, Event event, @Nullable String idempotencyKey) {
        if (topic.isControl()) {
            throw new IllegalArgumentException("topic " + topic + " is reserved");
        }
        checkSize(event);
        return ApplicationStage.of(append(topic, event, settings.retention(topic), idempotencyKey)
                .thenApply(published -> {
                    if (!published.duplicate()) {
                        meters.published(topic, event);
                    }
                    return published;
                }));
    }

    /** Returns the cursor at the end of these topics. */
    public CompletionStage<Cursor> position(List<Topic> topics) {
        List<Topic> distinct = List.copyOf(new LinkedHashSet<>(topics));
        checkTopics(distinct);
        if (closed.get()) {
            return CompletableFuture.failedFuture(new BroadcasterClosedException());
        }
        List<CompletableFuture<Page>> ends = distinct.stream()
                .map(topic -> backplane.read(topic, null, 1, 1).toCompletableFuture())
                .toList();
        return ApplicationStage.of(CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> {
                    long[] positions = ends.stream()
                            .mapToLong(end -> end.join().end().value())
                            .toArray();
                    return new Cursor(CursorLayout.of(distinct, logTag()).encodeText(positions));
                }));
    }

    /** Subscribes in this process. */
    public Subscription subscribe(Subscription.Request request, Subscriber subscriber) {
        return locals.subscribe(request, subscriber);
    }

    /** Returns a publisher of what such a request asks for. */
    public Flow.Publisher<Received> publisher(Subscription.Request request) {
        return locals.publisher(request);
    }

    /** Ends streams on every node. */
    public CompletionStage<Void> revoke(Revocation revocation) {
        return change(AccessChange.revoke(revocation));
    }

    /** Makes streams ask for access anew, on every node. */
    public CompletionStage<Void> reauthorize(Revocation whose) {
        return change(AccessChange.reauthorize(whose));
    }

    /** Tells who is subscribed to a topic. */
    public CompletionStage<Presence> presence(Topic topic) {
        if (leases == null) {
            throw new IllegalArgumentException("no presence is kept of any topic: the backplane has no leases");
        }
        return ApplicationStage.of(leases.presence(topic));
    }

    /** Returns the streams that are open on this node. */
    public CompletionStage<List<StreamSummary>> connections() {
        return ApplicationStage.of(census.take());
    }

    /** Returns what was counted so far. */
    public BroadcasterMetrics metrics() {
        return meters.snapshot(feeds.bufferedBytes());
    }

    /** Returns the way in for transports. */
    public Streams streams() {
        return streams;
    }

    /** Ends all readers and stops the loops. Idempotent. */
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        streams.drain(Duration.ZERO);
        loops.forEach(loop -> loop.execute(() -> loop.readers().forEach(Delivery::endNow)));
        stops.forEach(Runnable::run);
        census.close();
        locals.shutdown();
    }

    Settings settings() {
        return settings;
    }

    Meters meters() {
        return meters;
    }

    List<DeliveryLoop> loops() {
        return loops;
    }

    int logTag() {
        return backplane.logTag();
    }

    DeliveryLoop nextLoop() {
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    /**
     * Hands a new reader to its loop. From its first moment there {@link #close} finds it; where it comes too late for
     * that, it ends at once.
     *
     * @param opening what the reader begins with
     */
    void begin(Reader reader, Runnable opening) {
        reader.loop().execute(() -> {
            reader.begin();
            if (isClosed()) {
                endNow(reader);
            } else {
                opening.run();
            }
        });
    }

    /** Returns how long an access lasts from now, or null if it has no end. */
    @Nullable
    Duration untilExpiry(@Nullable Instant expiresAt) {
        if (expiresAt == null) {
            return null;
        }
        Duration left = Duration.between(Instant.ofEpochMilli(time.millis()), expiresAt);
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        Duration aYear = Duration.ofDays(365); // far enough, and nanoseconds of it fit a long
        return left.compareTo(aYear) > 0 ? aYear : left;
    }

    boolean isClosed() {
        return closed.get();
    }

    void checkOpen() {
        if (closed.get()) {
            throw new BroadcasterClosedException();
        }
    }

    void checkTopics(List<Topic> topics) {
        if (topics.isEmpty() || topics.size() > settings.maxTopics()) {
            throw new IllegalArgumentException(
                    "topics must be 1 to " + settings.maxTopics() + ", were " + topics.size());
        }
        if (topics.contains(Topic.control())) {
            throw new IllegalArgumentException("topic " + Topic.control() + " is reserved");
        }
    }

    static void endNow(Reader reader) {
        reader.close(CloseReason.DRAIN);
        reader.abort(); // of whoever could not be told
    }

    private @Nullable StreamLeases leases(Settings settings, Backplane backplane) {
        if (backplane.leases().isEmpty()) {
            if (!settings.presence().isEmpty()) {
                throw new IllegalArgumentException(
                        "presence must be empty where the backplane has no leases, was " + settings.presence());
            }
            return null;
        }
        return new StreamLeases(
                backplane.leases().get(),
                settings,
                change -> change(change).whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        LOG.log(Level.DEBUG, "a stream beyond the limit stays until the next one opens", failure);
                    }
                }));
    }

    private CompletionStage<Void> change(AccessChange change) {
        return ApplicationStage.of(append(Topic.control(), change.toEvent(), ControlLog.RETENTION, null)
                .thenAccept(published -> {}));
    }

    private CompletionStage<Published> append(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        if (closed.get()) {
            return CompletableFuture.failedFuture(new BroadcasterClosedException());
        }
        return backplane.append(topic, event, retention, idempotencyKey);
    }

    private void checkSize(Event event) {
        int most = settings.maxEventBytes();
        // A character is at most three bytes, so most events are judged without being looked through.
        if (size(event, String::length) > most / 3 && size(event, TextSize::encoded) > most) {
            throw new IllegalArgumentException("data and attributes of an event of type " + event.type()
                    + " must have at most " + most + " bytes, had " + size(event, TextSize::encoded));
        }
    }

    private static long size(Event event, ToIntFunction<String> ofText) {
        long size = ofText.applyAsInt(event.data());
        for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
            size += ofText.applyAsInt(attribute.getKey()) + ofText.applyAsInt(attribute.getValue());
        }
        return size;
    }
}
