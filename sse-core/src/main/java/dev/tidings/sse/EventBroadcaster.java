package dev.tidings.sse;

import dev.tidings.sse.delivery.Delivery;
import dev.tidings.sse.delivery.Settings;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
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
 * loops. Stages never complete on a delivery loop, so what is chained to them may take its time.
 *
 * <p><em>Ordering and delivery.</em> A subscriber sees a topic's events in publish order. Between two of them either
 * nothing it asked for was published, or a {@link Gap} said what was lost. Between topics no order is promised. A
 * publisher never waits for a subscriber.
 *
 * <p><em>After close.</em> Streams and subscriptions have ended with {@link CloseReason#DRAIN}; stages fail with
 * {@link BroadcasterClosedException}, and {@link #subscribe} throws it.
 */
public final class EventBroadcaster implements AutoCloseable {

    private final Settings settings;
    private final Backplane backplane;
    private final Delivery delivery;

    private EventBroadcaster(Settings settings, Backplane backplane) {
        this.settings = settings;
        this.backplane = backplane;
        this.delivery = new Delivery(settings, backplane);
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
     * Ends streams on every node, also those that are still opening, with {@link CloseReason#REVOKED}. Change the
     * permission first: the page asks again at once.
     *
     * @return completes when the revocation is stored; every healthy node applies it within a second
     */
    public CompletionStage<Void> revoke(Revocation revocation) {
        Objects.requireNonNull(revocation, "revocation");
        return delivery.revoke(revocation);
    }

    /**
     * Ends the streams of a principal on every node with {@link CloseReason#CHANGED}, so that their pages connect again
     * and the application decides anew: the way to give an open page a new topic.
     *
     * @return completes when every healthy node is bound to apply it
     * @throws IllegalArgumentException if the principal is empty
     */
    public CompletionStage<Void> reauthorize(String principal) {
        return delivery.reauthorize(Revocation.principal(principal));
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

    /** Names the settings. */
    @Override
    public String toString() {
        return "EventBroadcaster[" + settings + "]";
    }

    /** Collects settings; each has a default. Not thread-safe. */
    public static final class Builder {

        private Settings settings = Settings.DEFAULT;
        private @Nullable Backplane backplane;

        private Builder() {}

        /** Sets what joins the nodes; the broadcaster closes it. Default: logs in memory, for a single node. */
        public Builder backplane(Backplane newBackplane) {
            this.backplane = Objects.requireNonNull(newBackplane, "backplane");
            return this;
        }

        /** Sets how much of a topic's log is kept. Default: {@link Retention#DEFAULT}. */
        public Builder retention(Retention retention) {
            settings = settings.withRetention("", retention);
            return this;
        }

        /** Sets how much is kept of topics whose name starts with a prefix; the longest prefix that fits counts. */
        public Builder retention(String topicPrefix, Retention retention) {
            settings = settings.withRetention(topicPrefix, retention);
            return this;
        }

        /**
         * Sets the interval of heartbeats on idle connections; they are what notices a departed peer. Default: 15 s.
         *
         * @throws IllegalArgumentException if the interval is below 100 ms
         */
        public Builder heartbeat(Duration heartbeat) {
            settings = settings.withHeartbeat(heartbeat);
            return this;
        }

        /**
         * Sets how long a connection may take nothing before it is cut. Default: 15 s.
         *
         * @throws IllegalArgumentException if the deadline is below 100 ms
         */
        public Builder writeDeadline(Duration writeDeadline) {
            settings = settings.withWriteDeadline(writeDeadline);
            return this;
        }

        /**
         * Sets the largest event, in bytes of its data. Default: 64 KiB.
         *
         * @throws IllegalArgumentException if it is not from 1 to 1 MiB
         */
        public Builder maxEventBytes(int maxEventBytes) {
            settings = settings.withMaxEventBytes(maxEventBytes);
            return this;
        }

        /**
         * Sets the most topics of one subscription. Default: 64, which fits a cursor into any proxy's header limit.
         *
         * @throws IllegalArgumentException if it is not from 1 to 64
         */
        public Builder maxTopics(int maxTopics) {
            settings = settings.withMaxTopics(maxTopics);
            return this;
        }

        /**
         * Sets the most streams of this node; more are told to come back later. Default: 10,000.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxStreams(int maxStreams) {
            settings = settings.withMaxStreams(maxStreams);
            return this;
        }

        /**
         * Sets the most streams of one principal; the oldest makes room for a new one with {@link
         * CloseReason#REPLACED}. Default: no limit.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxStreamsPerPrincipal(int maxStreamsPerPrincipal) {
            settings = settings.withMaxStreamsPerPrincipal(maxStreamsPerPrincipal);
            return this;
        }

        /**
         * Sets the number of delivery loops. Default: one per processor.
         *
         * @throws IllegalArgumentException if it is not from 1 to 64
         */
        public Builder loops(int loops) {
            settings = settings.withLoops(loops);
            return this;
        }

        /** Creates the broadcaster. */
        public EventBroadcaster build() {
            return new EventBroadcaster(settings, backplane == null ? new MemoryBackplane() : backplane);
        }
    }
}
