package dev.tidings.sse.redis;

import dev.tidings.sse.Cursor;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A node of an application, with a network of its own between it and Redis. */
final class FaultNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final TcpFaultProxy network;
    final RedisBackplane backplane;
    final EventBroadcaster broadcaster;

    private FaultNode(TcpFaultProxy network, RedisBackplane backplane, Retention retention) {
        this.network = network;
        this.backplane = backplane;
        this.broadcaster = EventBroadcaster.builder()
                .backplane(backplane)
                .retention(retention)
                .build();
    }

    /** Joins a cluster, or what sentinels watch: these tell nodes where to go, so there is no network to break. */
    static FaultNode at(String uri) {
        TcpFaultProxy unused = new TcpFaultProxy(0);
        return new FaultNode(unused, ImpatientBackplane.at(uri).build(), Retention.DEFAULT.maxEntries(10_000));
    }

    static FaultNode at(RedisServer redis) {
        return at(redis, settings -> settings);
    }

    static FaultNode at(RedisServer redis, UnaryOperator<RedisBackplane.Builder> settings) {
        return at(redis, Retention.DEFAULT.maxEntries(10_000), settings);
    }

    static FaultNode at(RedisServer redis, Retention retention, UnaryOperator<RedisBackplane.Builder> settings) {
        TcpFaultProxy network = TcpFaultProxy.toRedis(redis.port());
        return new FaultNode(
                network, settings.apply(ImpatientBackplane.at(network.uri())).build(), retention);
    }

    /** Subscribes from now on, and waits until it has begun. */
    RecordingSubscriber subscribe(Topic... topics) {
        return subscribe(Subscription.Request.of(topics));
    }

    /** Subscribes from a cursor on, and waits until it has begun. */
    RecordingSubscriber subscribe(Cursor from, Topic... topics) {
        return subscribe(Subscription.Request.of(topics).from(from));
    }

    private RecordingSubscriber subscribe(Subscription.Request request) {
        RecordingSubscriber subscriber = new RecordingSubscriber(PATIENCE);
        BackplaneProbe.await(broadcaster.subscribe(request, subscriber).opened());
        return subscriber;
    }

    /** Publishes, and waits for the answer. */
    Position publish(Topic topic, String data) {
        return BackplaneProbe.await(begin(topic, data)).position();
    }

    void publishAll(Topic topic, List<String> data) {
        List<CompletionStage<Published>> answers =
                data.stream().map(each -> begin(topic, each)).toList();
        answers.forEach(BackplaneProbe::await);
    }

    /** Publishes, and does not wait. */
    CompletionStage<Published> begin(Topic topic, String data) {
        return broadcaster.publish(topic, Event.of("event", data));
    }

    Cursor position(Topic... topics) {
        AtomicReference<Cursor> answer = new AtomicReference<>();
        Wait.until("the ends of the topics", () -> {
            try {
                answer.set(broadcaster.position(topics).toCompletableFuture().join());
                return true;
            } catch (CompletionException e) {
                return false; // whoever asks is told at once that the connection for it is not there
            }
        });
        return answer.get();
    }

    /** Returns what a topic's log holds. */
    List<String> log(Topic topic) {
        return WholeLog.of(backplane, topic).stream()
                .map(entry -> entry.event().data())
                .toList();
    }

    void await(Status status) {
        Wait.until("the node to be " + status, () -> broadcaster.status() == status);
    }

    @Override
    public void close() {
        broadcaster.close();
        network.close();
    }
}
