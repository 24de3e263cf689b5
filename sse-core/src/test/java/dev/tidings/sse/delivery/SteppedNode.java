package dev.tidings.sse.delivery;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.TimeSource;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A node whose loops and clocks the test moves by hand: every run is the same. */
final class SteppedNode {

    final ManualClock time;
    final Backplane backplane;
    final Delivery delivery;

    SteppedNode() {
        this(settings -> settings);
    }

    SteppedNode(UnaryOperator<TestSettings> settings) {
        this(settings, new ManualClock());
    }

    private SteppedNode(UnaryOperator<TestSettings> settings, ManualClock time) {
        this(settings, time, new MemoryBackplane(time));
    }

    /** Creates a node over a backplane that the test has prepared. */
    SteppedNode(UnaryOperator<TestSettings> settings, ManualClock time, Backplane backplane) {
        this.time = time;
        this.backplane = backplane;
        this.delivery = new Delivery(settings.apply(new TestSettings()).build(), backplane, List.of(), byHand(time));
        settle();
    }

    /** Steps all loops until nothing is left to do now. */
    void settle() {
        boolean stepped;
        do {
            stepped = false;
            for (DeliveryLoop loop : delivery.loops()) {
                stepped |= loop.step();
            }
        } while (stepped);
    }

    DeliveryLoop loop() {
        return delivery.loops().get(0);
    }

    void advance(Duration duration) {
        time.advance(duration);
        settle();
    }

    Position publish(Topic topic, String data) {
        return publish(topic, Event.of("event", data));
    }

    Position publish(Topic topic, Event event) {
        return delivery.publish(topic, event, null).toCompletableFuture().join().position();
    }

    RecordingConnection connect(Topic... topics) {
        return connect(null, topics);
    }

    RecordingConnection connect(@Nullable String lastEventId, Topic... topics) {
        return connect(lastEventId, Access.to(topics));
    }

    RecordingConnection connect(@Nullable String lastEventId, Access.Granted access) {
        RecordingConnection connection = open(lastEventId, access);
        connection.stream().ready();
        settle();
        return connection;
    }

    /** Opens a stream whose transport has not yet said that it can be written to. */
    RecordingConnection open(@Nullable String lastEventId, Access.Granted access) {
        RecordingConnection connection = new RecordingConnection();
        StreamRequest.Decision decision = delivery.streams().beginDecision();
        connection.open(delivery.streams(), new StreamRequest(access, decision, lastEventId));
        return connection;
    }

    private static LoopDriver byHand(TimeSource time) {
        return new LoopDriver() {
            @Override
            public TimeSource time() {
                return time;
            }

            @Override
            public Runnable drive(Loop loop) {
                return () -> {
                    while (loop.step()) {}
                    loop.rest();
                };
            }
        };
    }
}
