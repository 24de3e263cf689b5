package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.Access;
import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Published;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application starts while Redis is down, takes what it can, and goes on when Redis comes. */
@RequiresRedis
class AwayAtStartTest {

    private static final String STALE = "stream.status {\"state\":\"stale\"}";
    private static final Topic TOPIC = Topic.of("guild", "7");

    private final RedisServer redis = RedisServer.start();
    private FaultNode node;

    @BeforeEach
    void startWhileRedisIsDown() {
        redis.kill();
        node = FaultNode.at(redis, ImpatientBackplane::trusting);
    }

    @AfterEach
    void end() {
        node.close();
        redis.close();
    }

    @Test
    void readinessFollows() {
        assertThat(node.broadcaster.status()).isEqualTo(Status.STALE);

        redis.restart();

        node.await(Status.FRESH);
    }

    @Test
    void publishesWaitForRedis() {
        CompletionStage<Published> waiting = node.begin(TOPIC, "e");

        redis.restart();

        BackplaneProbe.await(waiting);
        assertThat(node.log(TOPIC)).containsExactly("e");
    }

    @Test
    void aStreamIsAcceptedAndToldThatItIsStaleAndThePageHasOneWhenRedisIsBack() {
        WireClient client =
                WireClient.connect(node.broadcaster, Access.to(TOPIC).principal("42"));
        assertThat(client.next()).isEqualTo(STALE);

        redis.restart();

        // Where nobody can tell what was revoked meanwhile, the application decides anew.
        if (client.nextButStatus().equals(WireClient.CHANGED)) {
            client = WireClient.open(node.broadcaster, Access.to(TOPIC).principal("42"));
        }
        node.publish(TOPIC, "e");
        assertThat(client.nextButStatus()).isEqualTo("event e");
    }

    @Test
    void aStreamThatComesInALaterOutageOpensWhenRedisIsBack() {
        redis.restart();
        node.await(Status.FRESH);
        node.publish(TOPIC, "before");
        redis.kill();
        node.await(Status.STALE);

        WireClient client =
                WireClient.connect(node.broadcaster, Access.to(TOPIC).principal("42"));
        assertThat(client.next()).isEqualTo(STALE);
        redis.restart();

        assertThat(client.nextButStatus()).startsWith("stream.open");
        node.publish(TOPIC, "e");
        assertThat(client.nextButStatus()).isEqualTo("event e");
    }

    @Test
    void aSubscriptionBeginsLaterAndMissesNothingFromThenOn() throws Exception {
        RecordingSubscriber subscriber = new RecordingSubscriber(Duration.ofSeconds(60));
        Subscription subscription = node.broadcaster.subscribe(Subscription.Request.of(TOPIC), subscriber);
        assertThat(subscription.opened().toCompletableFuture()).isNotDone();

        redis.restart();

        subscription.opened().toCompletableFuture().get(30, TimeUnit.SECONDS);
        node.publish(TOPIC, "e");
        assertThat(subscriber.nextEvent().event().data()).isEqualTo("e");
    }

    @Test
    void whereATopicEndsIsRefusedAtOnce() {
        assertThatThrownBy(() ->
                        node.broadcaster.position(TOPIC).toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackplaneUnavailableException.class);
    }
}
