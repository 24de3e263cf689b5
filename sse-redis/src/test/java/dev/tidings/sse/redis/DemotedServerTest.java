package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server that becomes a replica by hand keeps its connections, while the address that a node knows leads to its
 * successor: as the name of a service does, or a proxy.
 */
@RequiresRedis
class DemotedServerTest {

    private static final Topic TOPIC = Topic.of("guild", "7");
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final RedisServer old = RedisServer.start("--repl-diskless-sync-delay", "0");
    private final RedisServer successor = RedisServer.start("--repl-diskless-sync-delay", "0");
    private FaultNode node;

    @BeforeEach
    void pair() {
        successor.replicate(old);
    }

    @AfterEach
    void end() {
        node.close();
        successor.close();
        old.close();
    }

    @Test
    void everyConnectionLeavesItForWhoeverItsAddressLeadsTo() {
        node = FaultNode.at(old);
        node.await(Status.FRESH);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "before");
        assertThat(subscriber.nextEvent().event().data()).isEqualTo("before");

        demote();

        Wait.until("the node to leave it", () -> !old.text("CLIENT", "LIST").contains("name=tidings-"));
        node.publish(TOPIC, "after");
        assertThat(subscriber.nextEvent().event().data()).isEqualTo("after");
        node.await(Status.FRESH);
    }

    @Test
    void aRefusalToWriteMovesPublishesAndReadsBeforeAnyProbe() {
        node = FaultNode.at(old, settings -> settings.probeInterval(NEVER));
        node.await(Status.FRESH);
        node.publish(TOPIC, "before");

        demote();

        node.publish(TOPIC, "after");
        node.position(Topic.of("new"));
        assertThat(node.log(TOPIC)).containsExactly("before", "after");
    }

    private void demote() {
        old.awaitReplication(successor);
        successor.promote();
        node.network.retarget(successor.port());
        old.replicate(successor);
    }
}
