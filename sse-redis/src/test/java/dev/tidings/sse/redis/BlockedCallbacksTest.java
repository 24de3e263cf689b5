package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application chains to a stage may block for as long as it likes: streams do not wait for it. */
@RequiresRedis
class BlockedCallbacksTest {

    private static final Topic TOPIC = Topic.of("guild", "7");
    private static final int MORE_THAN_THERE_ARE_THREADS =
            4 * Runtime.getRuntime().availableProcessors() + 4;

    private final RedisServer redis = RedisServer.start();
    private final FaultNode node = FaultNode.at(redis);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();

    @BeforeEach
    void connect() {
        node.await(Status.FRESH);
    }

    @AfterEach
    void end() {
        over.countDown();
        node.close();
        redis.close();
    }

    @Test
    void aStreamOpensWhileEverythingThatFollowsPublishesBlocks() {
        block(() -> node.begin(TOPIC, "e"));

        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.begin(TOPIC, "after");

        assertThat(subscriber.nextEvents(1)).hasSize(1);
    }

    @Test
    void aStreamOpensWhileEverythingThatFollowsPositionsBlocks() {
        block(() -> node.broadcaster.position(TOPIC));

        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "after");

        assertThat(subscriber.nextEvent().event().data()).isEqualTo("after");
    }

    private void block(Supplier<CompletionStage<?>> call) {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
            call.get().thenRun(() -> {
                blocked.incrementAndGet();
                awaitEnd();
            });
        }
        Wait.until("as many to block as there are threads for publishes", () -> blocked.get() >= threads);
    }

    private void awaitEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
