package dev.tidings.example;

import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.redis.RedisBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A node over Redis as a process that dies at once, as by kill -9, somewhere in the publish of a user's first event. */
final class HaltingNode implements Backplane {

    static final int EXIT_CODE = 137;

    /** Where it dies. */
    enum Moment {
        /** Committed, and Redis has not heard of it. */
        BEFORE,
        /** Redis may have heard of it. */
        DURING,
        /** Redis has it, and the outbox does not know. */
        AFTER
    }

    private final Backplane redis = RedisBackplane.of(System.getenv("REDIS_URL"));
    private final Moment moment = Moment.valueOf(System.getenv("HALT"));

    public static void main(String[] args) {
        run(new HaltingNode());
    }

    /** Runs the application over a backplane, as {@link ChildProcess} expects. */
    static void run(Backplane backplane) {
        ExampleApp app = ExampleApp.start(
                Config.from(System.getenv()), EventBroadcaster.builder().backplane(backplane));
        System.out.println("runs: " + app.address());
    }

    @Override
    public CompletionStage<Published> append(Topic topic, Event event, Retention retention, String idempotencyKey) {
        if (!topic.name().startsWith("user:")) {
            return redis.append(topic, event, retention, idempotencyKey);
        }
        if (moment == Moment.BEFORE) {
            halt();
        }
        CompletionStage<Published> published = redis.append(topic, event, retention, idempotencyKey);
        if (moment == Moment.DURING) {
            halt();
        }
        return published.whenComplete((done, failure) -> halt());
    }

    static void halt() {
        Runtime.getRuntime().halt(EXIT_CODE);
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        return redis.follow(topic, sink);
    }

    @Override
    public CompletionStage<Page> read(Topic topic, Position after, int maxEntries, int maxBytes) {
        return redis.read(topic, after, maxEntries, maxBytes);
    }

    @Override
    public Status status() {
        return redis.status();
    }

    @Override
    public int logTag() {
        return redis.logTag();
    }

    @Override
    public Optional<Leases> leases() {
        return redis.leases();
    }

    @Override
    public void close() {
        redis.close();
    }
}
