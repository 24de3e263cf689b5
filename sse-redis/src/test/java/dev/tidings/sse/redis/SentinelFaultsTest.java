package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of publishers and subscribers when sentinels choose another master. */
@Tag("faults")
@RequiresRedis(major = 7)
class SentinelFaultsTest {

    private static final Topic TOPIC = Topic.of("guild", "7");

    private final RedisSentinel sentinel = RedisSentinel.start();
    private FaultNode node;

    @BeforeEach
    void join() {
        node = FaultNode.at("redis-sentinel://" + sentinel.addresses() + "?master=" + RedisSentinel.NAME);
        node.await(Status.FRESH);
    }

    @AfterEach
    void end() {
        node.close();
        sentinel.close();
    }

    @Test
    void aMasterThatIsKilledIsSucceeded() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "before");
        RedisServer old = sentinel.master();
        awaitReplication(old);

        old.kill();
        node.publish(TOPIC, "after");

        assertThat(data(subscriber, 2)).containsExactly("before", "after");
        sentinel.awaitSuccessorOf(old); // the node may have asked another sentinel, which knew earlier
        node.await(Status.FRESH);
    }

    @Test
    void aMasterThatIsDemotedAndKeepsAnsweringIsLeft() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "before");
        RedisServer old = sentinel.master();
        awaitReplication(old);

        Wait.until("a replica to be fit", sentinel::failover);
        sentinel.awaitSuccessorOf(old);
        // Until it hears of that itself, the old one takes events, too, which are lost.
        Wait.until("the node to leave it", () -> hasNoNode(old.textUnlessCut("CLIENT", "LIST")));
        node.publish(TOPIC, "after");

        assertThat(data(subscriber, 2)).containsExactly("before", "after");
    }

    @Test
    void whatOnlyTheOldMasterHeardOfIsAGap() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "replicated");
        RedisServer old = sentinel.master();
        awaitReplication(old);
        List<RedisServer> replicas =
                sentinel.servers().stream().filter(server -> server != old).toList();
        replicas.forEach(RedisServer::freeze);
        old.killClients("replica"); // or they would find what follows in their sockets when they are thawed
        node.publish(TOPIC, "lost");
        assertThat(data(subscriber, 2)).containsExactly("replicated", "lost");

        old.kill();
        replicas.forEach(RedisServer::thaw);
        sentinel.awaitSuccessorOf(old);
        node.publish(TOPIC, "after");

        assertThat(subscriber.nextGap()).isEqualTo(new Gap(TOPIC, Gap.Reason.RESET));
        assertThat(data(subscriber, 1)).containsExactly("after");
    }

    @Test
    void aSentinelThatNamesAServerThatIsNoMasterIsNotBelieved() {
        RedisServer master = sentinel.master();
        RedisServer replica = sentinel.servers().stream()
                .filter(server -> server != master)
                .findFirst()
                .orElseThrow();
        // It has an old view, and can never find a majority for another.
        String view = "sentinel monitor " + RedisSentinel.NAME + " 127.0.0.1 " + replica.port() + " 100";
        try (RedisServer old = RedisServer.startSentinel(view);
                FaultNode newcomer = FaultNode.at("redis-sentinel://127.0.0.1:" + old.port() + ","
                        + sentinel.addresses() + "?master=" + RedisSentinel.NAME)) {
            newcomer.await(Status.FRESH);
            newcomer.publish(TOPIC, "e");

            assertThat(node.log(TOPIC)).containsExactly("e");
        }
    }

    private static boolean hasNoNode(String clients) {
        return !clients.isEmpty() && !clients.contains("name=tidings-");
    }

    private void awaitReplication(RedisServer master) {
        sentinel.servers().stream().filter(server -> server != master).forEach(master::awaitReplication);
    }

    private static List<String> data(RecordingSubscriber subscriber, int count) {
        return subscriber.nextEvents(count).stream()
                .map(delivered -> delivered.event().data())
                .toList();
    }
}
