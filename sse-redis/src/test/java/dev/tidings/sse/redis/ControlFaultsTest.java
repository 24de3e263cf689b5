package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may see what stays true on every node, also on one that was cut off when it changed. */
@RequiresRedis
class ControlFaultsTest {

    private static final List<Topic> TOPICS =
            IntStream.range(0, 50).mapToObj(i -> Topic.of("guild", "" + i)).toList();

    private final RedisServer redis = RedisServer.start();
    private FaultNode node;
    private FaultNode cutOff;

    @BeforeEach
    void join() {
        node = FaultNode.at(redis, ImpatientBackplane::trusting);
        cutOff = FaultNode.at(redis, ImpatientBackplane::trusting);
        node.await(Status.FRESH);
        cutOff.await(Status.FRESH);
    }

    @AfterEach
    void end() {
        redis.close();
        node.close();
        cutOff.close();
    }

    @Test
    void aRevocationEndsStreamsOnEveryNode() {
        WireClient client = open("42", TOPICS.get(0));

        BackplaneProbe.await(node.broadcaster.revoke(Revocation.principal("42")));

        assertThat(client.next()).contains("stream.close").contains("revoked");
    }

    @Test
    void whatAnotherNodePublishesBehindARevocationDoesNotOvertakeIt() {
        Topic topic = TOPICS.get(0);
        for (int round = 0; round < 100; round++) {
            WireClient client = open("user-" + round, topic);
            node.publish(topic, "before");
            assertThat(client.next()).isEqualTo("event before");

            node.begin(topic, "at the same time"); // for them or not
            BackplaneProbe.await(node.broadcaster.revoke(Revocation.principal("user-" + round)));
            node.publish(topic, "not for them");

            List<String> received = client.untilTheEnd();
            assertThat(received).as("round %d", round).doesNotContain("event not for them");
            assertThat(received.get(received.size() - 1)).contains("revoked");
        }
    }

    @Test
    void aNodeThatWasCutOffAppliesRevocationsBeforeAnythingElseGoesLive() {
        List<WireClient> revoked =
                TOPICS.stream().map(topic -> open("revoked", topic)).toList();
        WireClient other = open("other", TOPICS.get(0));
        cutOff.network.partition();
        revoked.forEach(client -> assertThat(client.next()).isEqualTo("stream.status {\"state\":\"stale\"}"));
        BackplaneProbe.await(node.broadcaster.revoke(Revocation.principal("revoked")));
        TOPICS.forEach(topic -> node.publish(topic, "not for them"));

        cutOff.network.heal();

        for (WireClient client : revoked) {
            List<String> received = client.untilTheEnd();
            assertThat(received).noneMatch(event -> event.contains("not for them"));
            assertThat(received.get(received.size() - 1))
                    .contains("stream.close")
                    .contains("revoked");
        }
        assertThat(other.nextButStatus()).isEqualTo("event not for them");
    }

    @Test
    void aControlLogThatIsLostEndsEveryStreamSoThatTheApplicationDecidesAnew() {
        List<WireClient> clients = new ArrayList<>();
        TOPICS.forEach(topic -> clients.add(open(topic.name(), topic)));
        cutOff.network.partition();
        cutOff.await(Status.STALE);
        redis.command("FLUSHALL");

        cutOff.network.heal();

        for (WireClient client : clients) {
            List<String> received = client.untilTheEnd();
            assertThat(received.get(received.size() - 1))
                    .contains("stream.close")
                    .contains("changed")
                    .contains("\"reconnect\":true");
        }
    }

    private WireClient open(String principal, Topic topic) {
        return WireClient.open(cutOff.broadcaster, Access.to(topic).principal(principal));
    }
}
