package dev.tidings.sse;

import dev.tidings.sse.delivery.Delivery;
import dev.tidings.sse.delivery.Settings;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events to topics and delivers them, in order, to every subscriber that may see them.
 *
 * <pre>{@code
 * EventBroadcaster broadcaster = EventBroadcaster.create();
 * Topic user = Topic.of("user", "42");
 *
 * Subscription s = broadcaster.subscribe(Subscription.Request.of(user), (topic, entry) -> show(entry.event()));
 * broadcaster.publish(user, Event.of("guild-joined", json));
 * }</pre>
 *
 * <p>Browsers subscribe through a transport, such as {@code SseServlet} of sse-servlet.
 *
 * <p><em>Threading.</em> All methods may be called from any thread and none blocks; {@link #close} waits for its own
 * loops. Stages never complete on a delivery loop, so what is chained to them may take its time. A stage fails with the
 * exception that its method names, not with another one around it.
 *
 * <p><em>Ordering and delivery.</em> A subscriber sees a topic's events in publish order. Between two of them either
 * nothing it asked for was published, or a {@link Gap} said what was lost. Between topics no order is promised. A
 * publisher never waits for a subscriber.
 *
 * <p><em>After close.</em> Streams and subscriptions have ended with {@link CloseReason#DRAIN}; stages fail with
 * {@link BroadcasterClosedException}, and {@link #subscribe} throws it.
 */
public final class EventBroadcaster implements AutoCloseable {

    private final Backplane backplane;
    private final Delivery delivery;

    private EventBroadcaster(Backplane backplane, Delivery delivery) {
        this.backplane = backplane;
        this.delivery = delivery;
    }

    /** Creates a broadcaster for a single node, with logs in memory and default settings. */
    public static EventBroadcaster create() {
        return builder().build();
    }

    /** Creates a broadcaster over a backplane, which it closes when it is closed. */
    public static EventBroadcaster create(Backplane backplane) {
        return builder().backplane(backplane).build();
    }

    /** Returns a builder for other than default settings. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Publishes an event.
     *
     * @return completes when the event is stored; fails with {@link BackplaneUnavailableException} when the backplane is
     *     away for too long
     * @throws IllegalArgumentException if the event is larger than the broadcaster allows
     */
    public CompletionStage<Published> publish(Topic topic, Event event) {
        return publish(topic, event, Publish.DEFAULT);
    }

    /**
     * Publishes an event with options.
     *
     * <p>Publishes of one thread to one topic keep their order.
     *
     * @return completes when the event is stored, or when it is known that it already was
     * @throws IllegalArgumentException if the event is larger than the broadcaster allows
     */
    public CompletionStage<Published> publish(Topic topic, Event event, Publish options) {
        Objects.requireNonNull(topic, "topic");
        return delivery.publish(topic, event, options.idempotencyKey());
    }

    /**
     * Returns the cursor at the end of these topics. Taken before a page's data is read and given back on its first
     * connect, nothing falls between the data and the stream.
     *
     * @return fails with {@link BackplaneUnavailableException} while the backplane is away
     * @throws IllegalArgumentException if there is no topic, or there are more than a stream may have
     */
    public CompletionStage<Cursor> position(Topic... topics) {
        return position(List.of(topics));
    }

    /**
     * Returns the cursor at the end of these topics, as {@link #position(Topic...)}.
     *
     * @throws IllegalArgumentException if there is no topic, or there are more than a stream may have
     */
    public CompletionStage<Cursor> position(Collection<Topic> topics) {
        return delivery.position(List.copyOf(topics));
    }

    /**
     * Subscribes in this process.
     *
     * @throws BroadcasterClosedException if the broadcaster is closed
     * @throws IllegalArgumentException if there are more topics than a subscription may have
     */
    public Subscription subscribe(Subscription.Request request, Subscriber subscriber) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(subscriber, "subscriber");
        return delivery.subscribe(request, subscriber);
    }

    /**
     * Returns a reactive stream of what a request asks for. Each subscriber gets a subscription of its own, which begins
     * at the request's cursor.
     *
     * <pre>{@code
     * broadcaster.publisher(Subscription.Request.of(user)).subscribe(flowSubscriber);
     * }</pre>
     *
     * <p><em>Threading.</em> Signals of one subscriber come one at a time, on the request's executor. A subscriber that
     * throws is logged and counts as one that has cancelled.
     *
     * <p><em>Ordering and delivery.</em> As for a {@link Subscriber}: nothing is skipped without a
     * {@link Received.OfGap}. {@code onSubscribe} comes when reading has begun, so what is published from then on
     * arrives. What nobody has requested is not read, and waits in the topic's log: whoever requests too late gets a gap.
     *
     * <p><em>The end.</em> {@code onComplete} when the broadcaster is closed; {@code onError} with a
     * {@link SubscriptionClosedException} when the library ended the subscription for another reason, or with a
     * {@link BroadcasterClosedException} when the broadcaster was closed before {@code subscribe}.
     *
     * @throws IllegalArgumentException if there are more topics than a subscription may have
     */
    public Flow.Publisher<Received> publisher(Subscription.Request request) {
        return delivery.publisher(Objects.requireNonNull(request, "request"));
    }

    /**
     * Ends streams on every node, also those that are still opening, with {@link CloseReason#REVOKED}. Change the
     * permission first: the page asks again at once.
     *
     * <p>A node gives these streams nothing that reaches it after the revocation has. On a single node that is everything
     * that is published once the stage is complete; other nodes have it a moment later.
     *
     * @return completes when the revocation is stored; every healthy node applies it within a second
     */
    public CompletionStage<Void> revoke(Revocation revocation) {
        Objects.requireNonNull(revocation, "revocation");
        return delivery.revoke(revocation);
    }

    /**
     * Ends the streams of a principal on every node with {@link CloseReason#CHANGED}, so that their pages connect again
     * and the application decides anew: the way to give an open page a new topic, or to take one away. As with
     * {@link #revoke}, nothing that reaches a node later comes before it.
     *
     * @return completes when every healthy node is bound to apply it
     * @throws IllegalArgumentException if the principal is empty
     */
    public CompletionStage<Void> reauthorize(String principal) {
        return delivery.reauthorize(Revocation.principal(principal));
    }

    /**
     * Tells who is subscribed to a topic through a transport, over all nodes. Of a node that was killed it may tell for
     * up to 5 s more. The topic must be one of which {@link Builder#presence} is kept.
     *
     * @return fails with {@link BackplaneUnavailableException} while the backplane is away
     * @throws IllegalArgumentException if no presence is kept of the topic
     */
    public CompletionStage<Presence> presence(Topic topic) {
        return delivery.presence(Objects.requireNonNull(topic, "topic"));
    }

    /**
     * Returns the transports' streams that are open on this node, in no particular order: what an operator wants to see, and
     * to end one of by {@link Revocation#connection}. Each delivery loop answers for its own between other work, so that no
     * event waits for it, and tells ages as of this call; with 10,000 streams ask for it every second, not for every request.
     *
     * @return fails with {@link BroadcasterClosedException} when the broadcaster is closed
     */
    public CompletionStage<List<StreamSummary>> connections() {
        return delivery.connections();
    }

    /** Returns what this broadcaster has done so far. */
    public BroadcasterMetrics metrics() {
        return delivery.metrics();
    }

    /** Tells whether the backplane is in touch with its logs: what a readiness check wants to know. */
    public Status status() {
        return backplane.status();
    }

    /** Returns the way in for transports. */
    public Streams streams() {
        return delivery.streams();
    }

    /** Ends all streams and subscriptions and closes the backplane. Idempotent. */
    @Override
    public void close() {
        delivery.close();
        backplane.close();
    }

    /** Collects settings, each of which has a default; {@link #build} checks them. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Retention> retentions = new HashMap<>();
        private final Map<String, SlowConsumers> slowConsumers = new HashMap<>();
        private final Set<String> presence = new HashSet<>();
        private final List<BroadcasterObserver> observers = new ArrayList<>();
        private Duration heartbeat = Duration.ofSeconds(15);
        private Duration writeDeadline = Duration.ofSeconds(15);
        private int maxEventBytes = 64 << 10;
        private long maxBufferBytes = 64L << 20;
        private int maxTopics = Settings.MOST;
        private int maxStreams = 10_000;
        private int maxStreamsPerPrincipal = Integer.MAX_VALUE;
        private int loops = Math.min(Settings.MOST, Runtime.getRuntime().availableProcessors());
        private @Nullable Backplane backplane;
        private @Nullable LoopDriver driver;

        private Builder() {}

        /** Sets what joins the nodes; the broadcaster closes it. Default: logs in memory, for a single node. */
        public Builder backplane(Backplane newBackplane) {
            this.backplane = Objects.requireNonNull(newBackplane, "backplane");
            return this;
        }

        /** Sets how much of a topic's log is kept. Default: {@link Retention#DEFAULT}. */
        public Builder retention(Retention retention) {
            return retention("", retention);
        }

        /** Sets how much is kept of topics whose name starts with a prefix; the longest prefix that fits counts. */
        public Builder retention(String topicPrefix, Retention retention) {
            retentions.put(
                    Objects.requireNonNull(topicPrefix, "topicPrefix"), Objects.requireNonNull(retention, "retention"));
            return this;
        }

        /** Sets what becomes of slow subscribers. Default: {@link SlowConsumers#CATCH_UP}. */
        public Builder slowConsumers(SlowConsumers policy) {
            return slowConsumers("", policy);
        }

        /** Sets what becomes of slow subscribers of topics whose name starts with a prefix; the longest one counts. */
        public Builder slowConsumers(String topicPrefix, SlowConsumers policy) {
            slowConsumers.put(
                    Objects.requireNonNull(topicPrefix, "topicPrefix"), Objects.requireNonNull(policy, "policy"));
            return this;
        }

        /**
         * Keeps account of who is subscribed to topics whose name starts with a prefix, for {@link
         * EventBroadcaster#presence}. Costs a call of the backplane at each open and close of a stream. Default: none.
         */
        public Builder presence(String topicPrefix) {
            presence.add(Objects.requireNonNull(topicPrefix, "topicPrefix"));
            return this;
        }

        /** Sets the interval of heartbeats on idle connections, 100 ms to 1 day. They find departed peers. Default: 15 s. */
        public Builder heartbeat(Duration newHeartbeat) {
            this.heartbeat = Objects.requireNonNull(newHeartbeat, "heartbeat");
            return this;
        }

        /** Sets how long a connection may take nothing before it is cut, 100 ms to 1 day. Default: 15 s. */
        public Builder writeDeadline(Duration newWriteDeadline) {
            this.writeDeadline = Objects.requireNonNull(newWriteDeadline, "writeDeadline");
            return this;
        }

        /** Sets the largest event, in bytes of its data and attributes, at most 1 MiB. Default: 64 KiB. */
        public Builder maxEventBytes(int newMaxEventBytes) {
            this.maxEventBytes = newMaxEventBytes;
            return this;
        }

        /**
         * Sets how many bytes the replay buffers of all topics of this node may hold together, &gt;= 1 MiB. Beyond it the
         * topic that holds most is trimmed first. Default: 64 MiB.
         *
         * <p>Logs in memory, which stand behind the buffers where there is no other backplane, may hold as much again. The
         * idempotency keys of the last 24 hours, of which such a node knows the latest 262,144, come on top.
         */
        public Builder maxBufferBytes(long newMaxBufferBytes) {
            this.maxBufferBytes = newMaxBufferBytes;
            return this;
        }

        /** Sets the most topics of one subscription, 1 to 64. Default: 64, whose cursor fits any proxy's header limit. */
        public Builder maxTopics(int newMaxTopics) {
            this.maxTopics = newMaxTopics;
            return this;
        }

        /** Sets the most streams of this node; more are told to come back later. Default: 10,000. */
        public Builder maxStreams(int newMaxStreams) {
            this.maxStreams = newMaxStreams;
            return this;
        }

        /**
         * Sets the most streams of one principal, over all nodes; the oldest makes room for a new one with {@link
         * CloseReason#REPLACED}. While the backplane is away each node counts its own. Default: no limit.
         */
        public Builder maxStreamsPerPrincipal(int newMaxStreamsPerPrincipal) {
            this.maxStreamsPerPrincipal = newMaxStreamsPerPrincipal;
            return this;
        }

        /** Sets the number of delivery loops, 1 to 64. Default: one per processor. */
        public Builder loops(int newLoops) {
            this.loops = newLoops;
            return this;
        }

        /** Adds one who hears what the broadcaster does; what one of several throws the others do not notice. */
        public Builder observer(BroadcasterObserver observer) {
            observers.add(Objects.requireNonNull(observer, "observer"));
            return this;
        }

        /** Sets what runs the delivery loops. Default: a thread each. For tests that step them by hand. */
        public Builder driver(LoopDriver newDriver) {
            this.driver = Objects.requireNonNull(newDriver, "driver");
            return this;
        }

        /**
         * Creates the broadcaster.
         *
         * @throws IllegalArgumentException if a setting is out of its range; it names the setting and the value
         */
        public EventBroadcaster build() {
            Settings settings = new Settings(
                    retentions,
                    slowConsumers,
                    presence,
                    heartbeat,
                    writeDeadline,
                    maxEventBytes,
                    maxBufferBytes,
                    maxTopics,
                    maxStreams,
                    maxStreamsPerPrincipal,
                    loops);
            Backplane joining = backplane == null ? new MemoryBackplane(maxBufferBytes) : backplane;
            Delivery delivery = driver == null
                    ? new Delivery(settings, joining, observers)
                    : new Delivery(settings, joining, observers, driver);
            return new EventBroadcaster(joining, delivery);
        }
    }
}
