package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.log.ByteBudget;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.testing.RecordingConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferBudgetTest {

    private static final long BUDGET = 1 << 20;

    private final SteppedNode node = new SteppedNode(settings -> settings.withMaxBufferBytes(BUDGET));

    @Test
    void allBuffersTogetherStayWithinTheBudget() {
        List<RecordingConnection> connections = new ArrayList<>();
        for (int topic = 0; topic < 50; topic++) {
            connections.add(node.connect(Topic.of("t", "" + topic)));
        }
        for (int i = 0; i < 2_000; i++) {
            node.publish(Topic.of("t", "" + i % 50), "x".repeat(1_000));
        }
        node.settle();

        assertThat(node.delivery.metrics().bufferedBytes()).isBetween(1L, BUDGET);
        connections.forEach(connection -> assertThat(connection.take()).hasSize(41));
    }

    @Test
    void whatHasBecomeTooOldIsNotHeldBehindTheNextEntry() {
        node.connect(Topic.of("news"));
        node.publish(Topic.of("news"), "x".repeat(10_000));
        node.settle();
        node.advance(Retention.DEFAULT.maxAge().plusMillis(1));

        node.publish(Topic.of("news"), "new");
        node.settle();

        assertThat(node.delivery.metrics().bufferedBytes()).isBetween(1L, 1_000L);
    }

    /** Two bytes for each character in memory, and three more once it is encoded. */
    @Test
    void textOutsideLatin1CountsAsWhatItTakes() {
        node.connect(Topic.of("news"));
        node.publish(Topic.of("news"), "\u6c49".repeat(10_000));
        node.settle();

        assertThat(node.delivery.metrics().bufferedBytes()).isBetween(50_000L, 51_000L);
    }

    @Test
    void attributesAndTheKeyCountAsWhatTheyTake() {
        node.connect(Topic.of("news"));
        node.publish(
                Topic.of("news"),
                Event.of("e", "").key("k".repeat(200)).attribute("n".repeat(1_000), "v".repeat(10_000)));
        node.settle();

        assertThat(node.delivery.metrics().bufferedBytes()).isBetween(11_200L, 12_200L);
    }

    /** An entry may still come in while its topic is left for the last time. */
    @Test
    void anEntryThatComesTooLateIsNotHeld() {
        ByteBudget budget = new ByteBudget(BUDGET);
        ReplayBuffer buffer = new ReplayBuffer(Retention.DEFAULT, budget, entry -> {
            throw new AssertionError("filed " + entry);
        });
        buffer.close();

        boolean filed = buffer.append(new Entry(Position.of(2, 0), Position.of(1, 0), Event.of("e", "late")));

        assertThat(filed).isFalse();
        assertThat(budget.held()).isZero();
    }

    @Test
    void theTopicThatHoldsMostIsTrimmedFirst() {
        Topic small = Topic.of("small");
        Topic large = Topic.of("large");
        MemoryBackplane backplane = new MemoryBackplane(node.time, BUDGET);
        Event ofTenBytes = Event.of("e", "x".repeat(10));
        append(backplane, small, ofTenBytes, 20);
        append(backplane, large, Event.of("e", "x".repeat(10_000)), 200);

        assertThat(retained(backplane, small)).isEqualTo(20);
        assertThat(retained(backplane, large)).isBetween(20, 110);
    }

    @Test
    void aMillionTopicsUsedOnceLeaveBoundedMemoryAndTrueAnswers() {
        MemoryBackplane backplane = new MemoryBackplane(node.time, BUDGET);
        Topic first = Topic.of("user", "0");
        Published seen = backplane
                .append(first, Event.of("e", "seen"), Retention.DEFAULT, null)
                .toCompletableFuture()
                .join();
        for (int i = 0; i < 200_000; i++) {
            append(backplane, Topic.of("user", "" + i), Event.of("e", "missed"), 1);
        }

        assertThat(backplane.topics()).isLessThan(3_000);
        Page page = backplane
                .read(first, seen.position(), 10, 1_000)
                .toCompletableFuture()
                .join();
        assertThat(page.verdict()).isEqualTo(Page.Verdict.TRIMMED);
    }

    private static void append(MemoryBackplane backplane, Topic topic, Event event, int times) {
        for (int i = 0; i < times; i++) {
            backplane.append(topic, event, Retention.DEFAULT, null);
        }
    }

    private static int retained(MemoryBackplane backplane, Topic topic) {
        return backplane
                .read(topic, Position.NONE, 1_000, Integer.MAX_VALUE)
                .toCompletableFuture()
                .join()
                .entries()
                .size();
    }
}
