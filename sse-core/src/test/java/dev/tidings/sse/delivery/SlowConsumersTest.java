package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Retention;
import dev.tidings.sse.SlowConsumers;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.RecordingConnection;
import org.junit.jupiter.api.Test;

class SlowConsumersTest {

    private static final Topic NEWS = Topic.of("news");

    @Test
    void whoIsTooFarBehindIsSkippedToTheNewestAndToldOnce() {
        SteppedNode node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.skipBeyond(10)));
        RecordingConnection slow = frozen(node);
        publish(node, 50);

        slow.readAgain();
        node.settle();

        assertThat(slow.takeData()).containsExactly("stream.gap{\"topic\":\"news\",\"reason\":\"slow\"}", "e49");
        publish(node, 3);
        assertThat(slow.takeData()).containsExactly("e0", "e1", "e2");
    }

    @Test
    void whoIsJustWithinTheBoundGetsAll() {
        SteppedNode node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.skipBeyond(10)));
        RecordingConnection slow = frozen(node);
        publish(node, 10);

        slow.readAgain();
        node.settle();

        assertThat(slow.takeData()).hasSize(10);
    }

    @Test
    void whoFellOutOfTheBufferIsTooFarBehindAsWell() {
        SteppedNode node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.skipBeyond(10)));
        RecordingConnection slow = frozen(node);
        publish(node, 1_000);

        slow.readAgain();
        node.settle();

        assertThat(slow.takeData()).containsExactly("stream.gap{\"topic\":\"news\",\"reason\":\"slow\"}", "e999");
    }

    @Test
    void theCursorBehindTheGapResumesWithoutAnother() {
        SteppedNode node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.skipBeyond(10)));
        RecordingConnection slow = frozen(node);
        publish(node, 50);
        slow.readAgain();
        node.settle();
        String behindTheGap = slow.take().get(0).lastEventId();

        assertThat(node.connect(behindTheGap, NEWS).takeData()).hasSize(2).endsWith("e49");
    }

    @Test
    void whoIsTooFarBehindEndsWhereThatIsThePolicy() {
        SteppedNode node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.endBeyond(10)));
        RecordingConnection slow = frozen(node);
        RecordingConnection healthy = node.connect(NEWS);
        for (int i = 0; i < 50; i++) {
            publish(node, 1);
        }

        slow.readAgain();
        node.settle();

        assertThat(slow.takeData()).containsExactly("stream.close{\"reason\":\"slow\",\"reconnect\":true}");
        assertThat(slow.state()).isEqualTo(RecordingConnection.State.ENDED);
        assertThat(healthy.takeData()).hasSize(51);
    }

    @Test
    void whoWasEndedComesBackAndCatchesUpBeforeTheBoundHoldsAgain() {
        SteppedNode node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.endBeyond(10)));
        RecordingConnection slow = frozen(node);
        RecordingConnection healthy = node.connect(NEWS); // so the node still holds what the other has missed
        for (int i = 0; i < 50; i++) {
            publish(node, 1);
        }
        slow.readAgain();
        node.settle();
        assertThat(slow.state()).isEqualTo(RecordingConnection.State.ENDED);

        RecordingConnection back = node.connect(slow.lastEventId(), NEWS);

        assertThat(back.takeData()).hasSize(51);
        assertThat(healthy.state()).isEqualTo(RecordingConnection.State.OPEN);
        back.stopReading();
        publish(node, 10);
        back.readAgain();
        node.settle();
        assertThat(back.takeData()).hasSize(10);
        back.stopReading();
        publish(node, 50);
        back.readAgain();
        node.settle();
        assertThat(back.takeData()).containsExactly("stream.close{\"reason\":\"slow\",\"reconnect\":true}");
    }

    @Test
    void aBoundBeyondWhatIsKeptTakesEffectWhereThatEnds() {
        SteppedNode node = new SteppedNode(settings -> settings.withRetention("", Retention.DEFAULT.maxEntries(32))
                .withSlowConsumers(SlowConsumers.endBeyond(10_000)));
        RecordingConnection within = frozen(node);
        publish(node, 32);
        within.readAgain();
        node.settle();
        assertThat(within.takeData()).hasSize(32);

        RecordingConnection beyond = frozen(node);
        publish(node, 33);
        beyond.readAgain();
        node.settle();

        assertThat(beyond.takeData()).containsExactly("stream.close{\"reason\":\"slow\",\"reconnect\":true}");
    }

    private static RecordingConnection frozen(SteppedNode node) {
        RecordingConnection connection = node.connect(NEWS);
        connection.take();
        connection.stopReading();
        return connection;
    }

    private static void publish(SteppedNode node, int events) {
        for (int i = 0; i < events; i++) {
            node.publish(NEWS, "e" + i);
        }
        node.settle();
    }
}
