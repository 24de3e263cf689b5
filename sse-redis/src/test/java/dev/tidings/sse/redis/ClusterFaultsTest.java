package dev.tidings.sse.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Cursor;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of publishers and subscribers when a cluster changes under them. */
@Tag("faults")
@RequiresRedis(major = 7)
class ClusterFaultsTest {

    private static final Topic TOPIC = Topic.of("guild", "7");

    private final RedisCluster cluster = RedisCluster.start();
    private FaultNode node;

    @BeforeEach
    void join() {
        node = FaultNode.at("redis-cluster://" + cluster.addresses());
        node.await(Status.FRESH);
    }

    @AfterEach
    void end() {
        node.close();
        cluster.close();
    }

    @Test
    void topicsOnAllMastersArePublishedAndFollowed() {
        List<Topic> topics =
                IntStream.range(0, 64).mapToObj(i -> Topic.of("guild", "" + i)).toList();
        RecordingSubscriber subscriber = node.subscribe(topics.toArray(Topic[]::new));

        topics.forEach(topic -> node.publish(topic, topic.name()));

        assertThat(data(subscriber, 64))
                .containsExactlyInAnyOrderElementsOf(
                        topics.stream().map(Topic::name).toList());
        assertThat(cluster.servers().stream().limit(3))
                .allSatisfy(server -> assertThat(server.text("DBSIZE")).isNotEqualTo("0"));
    }

    @Test
    void aSlotThatMovesUnderTrafficLosesNothing() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        List<CompletionStage<Published>> answers = new ArrayList<>();
        answers.addAll(begin(0, 200));
        for (int i = 1; i <= 5; i++) {
            RedisServer from = masterOfTopic();
            RedisServer to = cluster.servers().stream()
                    .limit(3)
                    .filter(server -> server != from)
                    .findFirst()
                    .orElseThrow();
            answers.addAll(begin(i * 200, i * 200 + 100));
            cluster.migrate(slotOfTopic(), from, to);
            answers.addAll(begin(i * 200 + 100, i * 200 + 200));
        }

        answers.forEach(BackplaneProbe::await);
        assertThat(data(subscriber, 1_200)).isEqualTo(numbers(0, 1_200));
    }

    @Test
    void whatIsPublishedToALogWhoseSlotIsOnItsWayIsFoundByTheAudit() {
        Topic behind = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> Topic.of("guild", "behind-" + i))
                .filter(topic -> Partitions.of(topic) == Partitions.of(TOPIC))
                .findFirst()
                .orElseThrow();
        RecordingSubscriber subscriber = node.subscribe(TOPIC, behind);
        node.publish(TOPIC, "here");
        node.publish(behind, "here");
        assertThat(data(subscriber, 2)).containsExactly("here", "here");
        RedisServer from = masterOfTopic();
        RedisServer to = cluster.servers().stream()
                .limit(3)
                .filter(server -> server != from)
                .findFirst()
                .orElseThrow();

        cluster.beginMigration(slotOfTopic(), from, to);
        cluster.migrate(new String(new Keys("tidings", 0).log(TOPIC), UTF_8), from, to);
        node.publish(TOPIC, "there"); // where nobody is subscribed yet

        assertThat(data(subscriber, 1)).containsExactly("there");
    }

    @Test
    void aReplicaThatTakesOverGoesOnWhereItsMasterEnded() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "before");
        RedisServer master = masterOfTopic();
        RedisServer replica = cluster.replicaOf(master);
        master.awaitReplication(replica);

        master.kill();
        node.publish(TOPIC, "after");

        assertThat(data(subscriber, 2)).containsExactly("before", "after");
        node.await(Status.FRESH);
    }

    @Test
    void aTailThatIsLostWithItsMasterIsAGap() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "replicated");
        RedisServer master = masterOfTopic();
        RedisServer replica = cluster.replicaOf(master);
        master.awaitReplication(replica);
        replica.freeze();
        master.killClients("replica"); // or it would find what follows in its socket when it is thawed
        node.publish(TOPIC, "lost");
        assertThat(data(subscriber, 2)).containsExactly("replicated", "lost");
        Cursor ahead = node.position(TOPIC);

        master.kill();
        replica.thaw();
        node.publish(TOPIC, "after");

        assertThat(subscriber.nextGap()).isEqualTo(new Gap(TOPIC, Gap.Reason.RESET));
        assertThat(data(subscriber, 1)).containsExactly("after");
        RecordingSubscriber resumed = node.subscribe(ahead, TOPIC);
        assertThat(resumed.nextGap()).isEqualTo(new Gap(TOPIC, Gap.Reason.RESET));
        assertThat(data(resumed, 1)).containsExactly("after");
    }

    @Test
    void aMasterThatIsDemotedAndKeepsAnsweringIsLeft() {
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "before");
        RedisServer master = masterOfTopic();
        master.awaitReplication(cluster.replicaOf(master));

        cluster.takeOver(cluster.replicaOf(master));
        node.publish(TOPIC, "after");

        assertThat(data(subscriber, 2)).containsExactly("before", "after");
    }

    private List<CompletionStage<Published>> begin(int from, int to) {
        return numbers(from, to).stream().map(data -> node.begin(TOPIC, data)).toList();
    }

    private RedisServer masterOfTopic() {
        return cluster.masterOf(slotOfTopic());
    }

    /** By the key itself, whose tag decides. */
    private int slotOfTopic() {
        return cluster.slotOf(new String(new Keys("tidings", 0).log(TOPIC), UTF_8));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static List<String> data(RecordingSubscriber subscriber, int count) {
        return subscriber.nextEvents(count).stream()
                .map(delivered -> delivered.event().data())
                .toList();
    }
}
