package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ScriptedBackplane;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much those who are behind ask of the backplane. */
class PageReadsTest {

    private static final Topic USER = Topic.of("user", "42");

    private final ManualClock time = new ManualClock();
    private final ScriptedBackplane backplane = new ScriptedBackplane(new MemoryBackplane(time), 0);
    private final SteppedNode node = new SteppedNode(settings -> settings, time, backplane);

    @Test
    void howeverManyAreBehindAFewPagesAreAskedForAtATime() {
        List<Topic> topics =
                IntStream.range(0, 100).mapToObj(i -> Topic.of("user", "" + i)).toList();
        List<String> cursors = topics.stream().map(this::missOne).toList();
        backplane.holdReads();
        List<RecordingConnection> back = IntStream.range(0, 100)
                .mapToObj(i -> node.connect(cursors.get(i), topics.get(i)))
                .toList();
        assertThat(backplane.heldReads()).isEqualTo(ReadPermits.MOST);

        backplane.releaseReads();
        node.settle();

        assertThat(back)
                .allSatisfy(connection ->
                        assertThat(connection.takeData()).hasSize(2).endsWith("missed"));
    }

    @Test
    void whoLeavesWhileItWaitsIsNotAskedFor() {
        String cursor = missOne(USER);
        RecordingConnection atTheEnd = node.connect(USER);
        backplane.failNextReads(1);
        RecordingConnection behind = node.connect(cursor, USER);
        behind.disconnect();
        node.settle();
        backplane.holdReads();

        node.advance(Duration.ofSeconds(10));

        assertThat(backplane.heldReads()).isZero();
        assertThat(atTheEnd.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void readsThatFailAreTriedAgainEverMoreSeldom() {
        String cursor = missOne(USER);
        backplane.failNextReads(10);
        RecordingConnection behind = node.connect(cursor, USER);
        behind.take();

        pass(Duration.ofSeconds(10));
        assertThat(behind.takeData()).doesNotContain("missed");

        pass(Duration.ofSeconds(60));
        assertThat(behind.takeData()).contains("missed");
    }

    @Test
    void readsThatFailKeepNoOtherFromTheirs() {
        List<Topic> broken = IntStream.range(0, ReadPermits.MOST)
                .mapToObj(i -> Topic.of("broken", "" + i))
                .toList();
        List<String> cursors = broken.stream().map(this::missOne).toList();
        String cursor = missOne(USER);
        backplane.failNextReads(broken.size());
        for (int i = 0; i < broken.size(); i++) {
            node.connect(cursors.get(i), broken.get(i));
        }

        assertThat(node.connect(cursor, USER).takeData()).contains("missed");
    }

    /** Returns the cursor of a page that has missed an event which this node does not hold. */
    private String missOne(Topic topic) {
        RecordingConnection page = node.connect(topic);
        page.disconnect();
        node.settle();
        node.publish(topic, "missed");
        return page.lastEventId();
    }

    private void pass(Duration duration) {
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plusMillis(100)) {
            node.advance(Duration.ofMillis(100));
        }
    }
}
