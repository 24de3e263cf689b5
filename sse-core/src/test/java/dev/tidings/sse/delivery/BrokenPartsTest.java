package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.SteppedBroadcaster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An error of one part is that part's alone: whoever shares its loop has everything, also what comes later. */
class BrokenPartsTest {

    private static final Topic USER = Topic.of("user", "42");

    private final SteppedNode node = new SteppedNode();

    @Test
    void aFilterThatRunsOutOfStackEndsItsOwnStreamAlone() {
        RecordingConnection broken = node.connect(null, Access.to(USER).filter(event -> {
            throw new StackOverflowError("scripted");
        }));
        RecordingConnection healthy = node.connect(USER);
        broken.take();
        healthy.take();

        publish("first");
        publish("second");

        assertThat(broken.takeData()).containsExactly("stream.close{\"reason\":\"error\",\"reconnect\":true}");
        assertThat(healthy.takeData()).containsExactly("first", "second");
    }

    @Test
    void aConnectionThatThrowsErrorsIsGivenUpAndNobodyElseNotices() {
        RecordingConnection before = node.connect(USER);
        connectBroken();
        RecordingConnection behind = node.connect(USER);
        before.take();
        behind.take();

        publish("first");
        publish("second");

        assertThat(before.takeData()).containsExactly("first", "second");
        assertThat(behind.takeData()).containsExactly("first", "second");
        assertThat(node.delivery.metrics().activeConnections()).isEqualTo(2);
    }

    @Test
    void heartbeatsGoOnBehindAConnectionThatThrowsErrors() {
        connectBroken();
        RecordingConnection healthy = node.connect(USER);

        for (int i = 0; i < 3; i++) {
            node.advance(Duration.ofSeconds(15));
        }

        assertThat(healthy.heartbeats()).isEqualTo(3);
    }

    @Test
    void aTurnThatThrewIsTakenAgain() {
        List<String> visits = new ArrayList<>(List.of("first", "second", "third"));
        node.loop().enqueue(() -> {
            if (visits.remove(0).equals("first")) {
                throw new AssertionError("scripted");
            }
            return !visits.isEmpty();
        });

        node.settle();

        assertThat(visits).isEmpty();
    }

    @Test
    void anObserverThatThrowsErrorsIsNotNoticed() {
        BroadcasterObserver broken = new BroadcasterObserver() {
            @Override
            public void delivered(Topic topic, Event event, long latencyMillis) {
                throw new NoClassDefFoundError("scripted");
            }
        };
        try (SteppedBroadcaster stepped = SteppedBroadcaster.create(settings -> settings.observer(broken))) {
            RecordingConnection connection = stepped.connect(Access.to(USER));
            connection.take();

            stepped.broadcaster().publish(USER, Event.of("event", "first"));
            stepped.settle();
            stepped.broadcaster().publish(USER, Event.of("event", "second"));
            stepped.settle();

            assertThat(connection.takeData()).containsExactly("first", "second");
        }
    }

    private void publish(String data) {
        node.publish(USER, data);
        node.settle();
    }

    /** Takes its first block, and from then on throws whatever it is asked. */
    private void connectBroken() {
        FrameSubscriber broken = new FrameSubscriber() {
            private boolean opened;

            @Override
            public Outcome offer(byte[] frames) {
                if (opened) {
                    throw new OutOfMemoryError("scripted");
                }
                opened = true;
                return Outcome.TAKEN;
            }

            @Override
            public void end() {
                throw new IllegalStateException("scripted");
            }

            @Override
            public void abort() {
                throw new IllegalStateException("scripted");
            }
        };
        StreamRequest.Decision decision = node.delivery.streams().beginDecision();
        node.delivery
                .streams()
                .open(new StreamRequest(Access.to(USER), decision, null), broken)
                .ready();
        node.settle();
    }
}
