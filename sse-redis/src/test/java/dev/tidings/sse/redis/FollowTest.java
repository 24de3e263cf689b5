package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who follows a topic is told how that topic is doing, however many there are. */
@RequiresRedis
class FollowTest {

    private static final Topic NEWS = Topic.of("news");

    private final RedisServer redis = RedisServer.startForgetful();
    private final RedisBackplane backplane =
            ImpatientBackplane.trusting(ImpatientBackplane.at(redis.uri())).build();
    private final BackplaneProbe logs = new BackplaneProbe(backplane);

    @AfterEach
    void stop() {
        backplane.close();
        redis.close();
    }

    @Test
    void whoIsAcknowledgedIsToldThatNothingIsMissed() {
        assertThat(logs.follow(NEWS).status()).isEqualTo(Status.FRESH);
        assertThat(logs.follow(NEWS).status()).as("of one who comes later").isEqualTo(Status.FRESH);
    }

    @Test
    void whoComesWhileRedisIsAwayIsToldSo() {
        try (RedisBackplane impatient = ImpatientBackplane.at(redis.uri()).build()) {
            RecordingSink first = new BackplaneProbe(impatient).follow(NEWS);
            redis.freeze();
            Wait.until("the silence to be noticed", () -> first.status() == Status.STALE);

            RecordingSink second = new RecordingSink();
            CompletionStage<Void> acknowledged = impatient.follow(NEWS, second).acknowledged();
            assertThat(second.status()).isEqualTo(Status.STALE);
            assertThat(impatient.status()).isEqualTo(Status.STALE);
            redis.thaw();

            BackplaneProbe.await(acknowledged);
            Wait.until("it to be told so", () -> second.status() == Status.FRESH);
            assertThat(second.divergences()).isPositive();
        }
    }

    @Test
    void allOfManyTopicsComeBack() {
        List<RecordingSink> sinks = new ArrayList<>();
        List<CompletionStage<Void>> acknowledged = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            RecordingSink sink = new RecordingSink();
            sinks.add(sink);
            acknowledged.add(backplane.follow(Topic.of("topic", "" + i), sink).acknowledged());
        }
        acknowledged.forEach(BackplaneProbe::await);
        long before = backplane.health().reconnects();

        redis.killClients("pubsub");

        // Not by what sinks are told: the first audit of a topic has them read again as well.
        Wait.until("another connection", () -> backplane.health().reconnects() > before);
        Wait.until(
                "all topics",
                () -> backplane.health().topicsAcknowledged() == sinks.size() && backplane.status() == Status.FRESH);
        assertThat(sinks).allMatch(sink -> sink.status() == Status.FRESH);
        logs.append(Topic.of("topic", "4999"), "e");
        assertThat(sinks.get(4_999).take(1)).containsExactly("e");
    }
}
