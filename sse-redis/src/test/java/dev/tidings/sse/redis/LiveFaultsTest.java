package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of subscribers while the way to them is broken: every event once and in order, a little later. */
@RequiresRedis
class LiveFaultsTest {

    private static final Topic TOPIC = Topic.of("guild", "7");
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final RedisServer redis = RedisServer.start();
    private final List<FaultNode> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        redis.close();
        nodes.forEach(FaultNode::close);
    }

    @Test
    void anAnnouncementThatIsLostIsFoundByTheNext() {
        FaultNode publisher = node();
        FaultNode node = node(ImpatientBackplane::trusting);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        publisher.publish(TOPIC, "0");
        subscriber.nextEvent();
        node.network.loseMessages(1);
        publisher.publish(TOPIC, "1");
        publisher.publish(TOPIC, "2");
        Wait.until("the announcements to be lost", () -> node.network.lostMessages() == 2);

        node.network.heal();
        publisher.publish(TOPIC, "3");

        assertThat(data(subscriber, 3)).containsExactly("1", "2", "3");
    }

    @Test
    void theLastAnnouncementThatIsLostIsFoundByTheAudit() {
        FaultNode publisher = node();
        FaultNode node = node(settings -> settings.probeInterval(NEVER));
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        publisher.publish(TOPIC, "heard"); // or the first audit of the topic would have it read in any case
        assertThat(data(subscriber, 1)).containsExactly("heard");
        node.network.loseMessages(1);

        publisher.publish(TOPIC, "the last one");

        assertThat(data(subscriber, 1)).containsExactly("the last one");
    }

    @Test
    void aBlackHoleIsFoundByTheProbe() {
        FaultNode publisher = node();
        FaultNode node = node(settings -> settings.auditInterval(NEVER));
        RecordingSubscriber subscriber = node.subscribe(TOPIC);

        node.network.blackHole();
        publisher.publish(TOPIC, "missed");
        node.await(Status.STALE);
        node.network.heal();

        assertThat(data(subscriber, 1)).containsExactly("missed");
        node.await(Status.FRESH);
    }

    @Test
    void aSubscriptionThatHearsNothingMoreIsFoundByTheProbe() {
        FaultNode publisher = node();
        FaultNode node = node(settings -> settings.auditInterval(NEVER));
        RecordingSubscriber subscriber = node.subscribe(TOPIC);

        // Commands are answered; what is announced is lost, from the connections that are there.
        node.network.loseMessages(1);
        publisher.publish(TOPIC, "missed");

        assertThat(data(subscriber, 1)).containsExactly("missed");
    }

    @Test
    void aServerThatIsStoppedForAWhileLosesNothing() {
        FaultNode node = node();
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        redis.freeze();
        List<CompletionStage<Published>> answers = begin(node, 0, 100);
        node.await(Status.STALE);

        redis.thaw();

        answers.forEach(BackplaneProbe::await);
        assertThat(data(subscriber, 100)).isEqualTo(numbers(0, 100));
        node.await(Status.FRESH);
        subscriber.assertExhausted();
    }

    @Test
    void aServerThatIsKilledAndComesBackLosesNothing() {
        FaultNode node = node();
        FaultNode other = node();
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        RecordingSubscriber elsewhere = other.subscribe(TOPIC);
        List<CompletionStage<Published>> answers = new ArrayList<>(begin(node, 0, 500));
        redis.kill();
        answers.addAll(begin(node, 500, 1_000));
        node.await(Status.STALE);

        redis.restart();

        answers.forEach(BackplaneProbe::await);
        assertThat(data(subscriber, 1_000)).isEqualTo(numbers(0, 1_000));
        assertThat(data(elsewhere, 1_000)).isEqualTo(numbers(0, 1_000));
    }

    @Test
    void subscriptionsThatAreKilledAgainAndAgainLoseNothing() {
        FaultNode node = node();
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        for (int i = 0; i < 1_000; i++) {
            node.publish(TOPIC, "" + i);
            if (i % 100 == 50) {
                redis.killClients("pubsub");
            }
        }

        assertThat(data(subscriber, 1_000)).isEqualTo(numbers(0, 1_000));
    }

    @Test
    void aNodeThatIsCutOffCatchesUpAndTheOthersDoNotNotice() {
        FaultNode node = node(ImpatientBackplane::trusting);
        FaultNode cutOff = node();
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        RecordingSubscriber elsewhere = cutOff.subscribe(TOPIC);

        cutOff.network.partition();
        cutOff.await(Status.STALE);
        node.publishAll(TOPIC, numbers(0, 300));
        assertThat(data(subscriber, 300)).isEqualTo(numbers(0, 300));
        assertThat(node.broadcaster.status()).isEqualTo(Status.FRESH);
        elsewhere.assertExhausted();
        cutOff.network.heal();

        assertThat(data(elsewhere, 300)).isEqualTo(numbers(0, 300));
        cutOff.await(Status.FRESH);
    }

    @Test
    void aNodeThatReadsTooSlowlyIsCutOffByRedisAndCatchesUp() {
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0");
        FaultNode publisher = node();
        FaultNode node = node(ImpatientBackplane::trusting);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.network.links().forEach(link -> link.toClient(TcpFaultProxy.Fault.HOLD));

        String large = "x".repeat(50_000);
        List<String> sent = IntStream.range(0, 400).mapToObj(i -> i + large).toList();
        publisher.publishAll(TOPIC, sent); // more than the buffers of Redis and of the kernel hold
        Wait.until(
                "Redis to cut it off",
                () -> redis.text("CLIENT", "LIST", "TYPE", "pubsub").lines().count() < 2);
        node.network.heal();

        assertThat(data(subscriber, 400)).isEqualTo(sent);
    }

    @Test
    void aStreamIsToldWhenItMayBeStaleAndWhenItIsFreshAgain() {
        FaultNode node = node(ImpatientBackplane::trusting);
        WireClient client = WireClient.open(node.broadcaster, Access.to(TOPIC));

        redis.kill();
        assertThat(client.next()).isEqualTo("stream.status {\"state\":\"stale\"}");
        CompletionStage<Published> waiting = node.begin(TOPIC, "e");
        redis.restart();
        BackplaneProbe.await(waiting);

        Set<String> received = new HashSet<>();
        while (!received.containsAll(Set.of("stream.status {\"state\":\"fresh\"}", "event e"))) {
            received.add(client.next());
        }
    }

    private static List<CompletionStage<Published>> begin(FaultNode node, int from, int to) {
        return numbers(from, to).stream().map(data -> node.begin(TOPIC, data)).toList();
    }

    private FaultNode node() {
        return node(settings -> settings);
    }

    private FaultNode node(UnaryOperator<RedisBackplane.Builder> settings) {
        FaultNode node = FaultNode.at(redis, settings);
        nodes.add(node);
        node.await(Status.FRESH);
        return node;
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
