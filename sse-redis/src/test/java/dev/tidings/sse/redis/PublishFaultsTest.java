package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of events that are published while something is wrong: one copy each, in order, or a clear answer. */
@RequiresRedis
class PublishFaultsTest {

    private static final Topic TOPIC = Topic.of("guild", "7");
    private static final UnaryOperator<RedisBackplane.Builder> SHORT_DEADLINE =
            settings -> settings.publishDeadline(Duration.ofSeconds(3)); // that a busy machine keeps while all is well

    private final RedisServer redis = RedisServer.start();
    private final List<FaultNode> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        redis.close();
        nodes.forEach(FaultNode::close);
    }

    @Test
    void aLateFirstAttemptLeavesOneCopy() {
        FaultNode node = node();
        List<Topic> topics =
                IntStream.range(0, 20).mapToObj(i -> Topic.of("guild", "" + i)).toList();
        topics.forEach(topic -> node.publish(topic, "first"));
        TcpLink late = publishingLink(node);
        late.toServer(TcpFaultProxy.Fault.HOLD);

        // Each is sent on a connection that holds it back, and again on the next one.
        List<CompletionStage<Published>> answers =
                topics.stream().map(topic -> node.begin(topic, "second")).toList();
        answers.forEach(BackplaneProbe::await);
        late.toServer(TcpFaultProxy.Fault.NONE);
        Wait.until("the late ones to have come", () -> !node.network.links().contains(late));

        for (Topic topic : topics) {
            node.publish(topic, "third");
            assertThat(node.log(topic)).containsExactly("first", "second", "third");
        }
    }

    @Test
    void anAnswerThatIsLostLeavesOneCopy() {
        FaultNode node = node();
        node.publish(TOPIC, "first");
        node.network.links().forEach(link -> link.toClient(TcpFaultProxy.Fault.SWALLOW));

        node.publish(TOPIC, "second");

        assertThat(node.log(TOPIC)).containsExactly("first", "second");
    }

    @Test
    void withoutMemoryNothingIsStoredUntilThereIsSome() {
        FaultNode node = node();
        node.publish(TOPIC, "first");
        redis.command("CONFIG", "SET", "maxmemory", "1");

        List<CompletionStage<Published>> waiting =
                IntStream.range(0, 50).mapToObj(i -> node.begin(TOPIC, "" + i)).toList();
        awaitRefusal(node);
        assertThat(node.log(TOPIC)).containsExactly("first");
        redis.command("CONFIG", "SET", "maxmemory", "0");
        waiting.forEach(BackplaneProbe::await);

        assertThat(node.log(TOPIC))
                .startsWith("first", "0", "1", "2")
                .hasSize(51)
                .doesNotHaveDuplicates();
    }

    @Test
    void withoutMemoryForTooLongAPublisherIsToldThatNothingHappened() {
        // A refusal that comes after the command's own time would be an unknown outcome.
        FaultNode node = node(settings -> SHORT_DEADLINE.apply(settings).commandTimeout(Duration.ofSeconds(30)));
        node.publish(TOPIC, "first");
        redis.command("CONFIG", "SET", "maxmemory", "1");

        assertThat(failure(node.begin(TOPIC, "second")).outcomeKnown()).isTrue();
        redis.command("CONFIG", "SET", "maxmemory", "0");
        FaultNode other = node();
        other.publish(TOPIC, "third");

        assertThat(other.log(TOPIC)).containsExactly("first", "third");
    }

    @Test
    void aServerThatOnlyReadsKeepsPublishersWaitingInOrder() {
        FaultNode node = node();
        node.publish(TOPIC, "first");
        redis.command("REPLICAOF", "127.0.0.1", "1");

        List<CompletionStage<Published>> waiting =
                IntStream.range(0, 50).mapToObj(i -> node.begin(TOPIC, "" + i)).toList();
        awaitRefusal(node);
        redis.promote();
        waiting.forEach(BackplaneProbe::await);

        assertThat(node.log(TOPIC))
                .startsWith("first", "0", "1", "2")
                .hasSize(51)
                .doesNotHaveDuplicates();
    }

    @Test
    void aServerThatIsBusyOrAsleepDelaysPublishesAndKeepsTheirOrder() throws Exception {
        FaultNode node = node();
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        redis.command("CONFIG", "SET", "lua-time-limit", "50");
        List<CompletionStage<Published>> answers = new ArrayList<>();
        try (Resp connection = redis.connect()) {
            connection.send("EVAL", "while true do end", "0");
            IntStream.range(0, 50).forEach(i -> answers.add(node.begin(TOPIC, "" + i)));
            Wait.until("a script to be killed", () -> "OK".equals(answer("SCRIPT", "KILL")));
            assertThatThrownBy(connection::read).isInstanceOf(Resp.ErrorReply.class);
            connection.send("DEBUG", "SLEEP", "1.2"); // longer than an answer may take
            IntStream.range(50, 100).forEach(i -> answers.add(node.begin(TOPIC, "" + i)));
            connection.read();
        }

        answers.forEach(BackplaneProbe::await);

        assertThat(data(subscriber, 100))
                .isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void scriptsThatAreFlushedAreLoadedAgainAndOrderIsKept() {
        FaultNode node = node();
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        List<CompletionStage<Published>> answers = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            answers.add(node.begin(TOPIC, "" + i));
            if (i % 50 == 0) {
                redis.command("SCRIPT", "FLUSH");
            }
        }

        answers.forEach(BackplaneProbe::await);

        assertThat(data(subscriber, 2_000))
                .isEqualTo(IntStream.range(0, 2_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void aClockThatIsSetBackDoesNotSetPositionsBack() {
        FaultNode node = node();
        node.publish(TOPIC, "now");
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        // What a publish would have written while the clock was ahead.
        String key = keyOf(TOPIC);
        String last = Objects.requireNonNull(redis.text("LINDEX", key, "-1"));
        String[] words = last.split(" ", 3);
        redis.command("RPUSH", key, "9999999999999-65535 " + words[0] + " " + words[2]);

        Position next = node.publish(TOPIC, "after");

        assertThat(next.millis()).isEqualTo(10_000_000_000_000L);
        assertThat(data(subscriber, 2)).containsExactly("now", "after");
        assertThat(node.publish(TOPIC, "later")).isGreaterThan(next);
    }

    @Test
    void theQueueIsBoundedAndWhatDoesNotFitIsRefusedAtOnce() {
        FaultNode node = node(settings -> settings.maxWaitingPublishes(100));
        node.publish(TOPIC, "first");
        redis.kill();
        node.await(Status.STALE);

        List<CompletionStage<Published>> answers = IntStream.range(0, 10_000)
                .mapToObj(i -> node.begin(TOPIC, "" + i))
                .toList();

        Map<Boolean, List<CompletionStage<Published>>> byDone = answers.stream()
                .collect(Collectors.partitioningBy(
                        answer -> answer.toCompletableFuture().isDone()));
        assertThat(byDone.get(true)).hasSize(9_900);
        redis.restart();
        byDone.get(false).forEach(BackplaneProbe::await);
        assertThat(node.log(TOPIC)).startsWith("first", "0", "1", "2").hasSize(101);
        assertThat(failure(byDone.get(true).get(0)).outcomeKnown()).isTrue();
    }

    @Test
    void theQueueIsBoundedInBytesToo() {
        FaultNode node = node(settings -> settings.maxWaitingBytes(100_000));
        node.publish(TOPIC, "first");
        redis.kill();
        node.await(Status.STALE);

        List<CompletionStage<Published>> answers = IntStream.range(0, 100)
                .mapToObj(i -> node.begin(TOPIC, "x".repeat(10_000)))
                .toList();

        assertThat(answers.stream()
                        .filter(answer -> answer.toCompletableFuture().isDone()))
                .hasSizeGreaterThan(80);
    }

    @Test
    void whatWasNeverSentIsKnownNotToBeStored() {
        FaultNode node = node(SHORT_DEADLINE);
        connect(node);
        redis.kill();
        failure(node.begin(Topic.of("other"), "on a connection that is not yet known to be dead"));

        assertThat(failure(node.begin(TOPIC, "second")).outcomeKnown()).isTrue();
    }

    @Test
    void whatWasSentAndNotAnsweredIsNotKnown() {
        FaultNode node = node(SHORT_DEADLINE);
        connect(node);
        redis.freeze();

        assertThat(failure(node.begin(TOPIC, "second")).outcomeKnown()).isFalse();
        redis.thaw();
    }

    @Test
    void aRetryOfAnUnknownOutcomeWithItsKeyLeavesOneCopy() {
        FaultNode node = node(SHORT_DEADLINE);
        FaultNode other = node();
        other.publish(TOPIC, "first");
        connect(node);
        node.network.toServer(TcpFaultProxy.Fault.HOLD);
        String key = "webhook-1";
        assertThat(failure(publish(node, key)).outcomeKnown()).isFalse();

        BackplaneProbe.await(publish(other, key));
        node.network.heal();

        node.await(Status.FRESH);
        assertThat(BackplaneProbe.await(publish(node, key)).duplicate()).isTrue();
        assertThat(other.log(TOPIC)).containsExactly("first", "second");
    }

    /** Publishes something, and again where a busy machine does not keep the deadline. */
    private static void connect(FaultNode node) {
        Wait.until("the node to publish", () -> isStored(node.begin(Topic.of("another"), "e")));
    }

    private static boolean isStored(CompletionStage<Published> answer) {
        return answer.handle((published, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    /** The connection on which a large event goes, unless a busy machine has opened another meanwhile. */
    private static TcpLink publishingLink(FaultNode node) {
        List<TcpLink> found = new ArrayList<>();
        Wait.until("the connection for publishing", () -> {
            Map<TcpLink, Long> before = new HashMap<>();
            node.network.links().forEach(link -> before.put(link, link.bytesFromClient()));
            node.publish(Topic.of("large"), "x".repeat(10_000));
            before.keySet().stream()
                    .filter(link -> link.bytesFromClient() - before.get(link) > 10_000)
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    private static CompletionStage<Published> publish(FaultNode node, String key) {
        return node.broadcaster.publish(TOPIC, Event.of("event", "second"), Publish.idempotencyKey(key));
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

    private static BackplaneUnavailableException failure(CompletionStage<Published> answer) {
        Throwable failure = assertThatThrownBy(
                        () -> answer.toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(BackplaneUnavailableException.class)
                .actual();
        return (BackplaneUnavailableException) failure;
    }

    private static List<String> data(RecordingSubscriber subscriber, int count) {
        return subscriber.nextEvents(count).stream()
                .map(delivered -> delivered.event().data())
                .toList();
    }

    private static void awaitRefusal(FaultNode node) {
        Wait.until("Redis to refuse", () -> node.backplane.health().publishesRetried() > 0);
    }

    private String keyOf(Topic topic) {
        List<?> keys = (List<?>) Objects.requireNonNull(redis.command("KEYS", "*" + topic));
        assertThat(keys).hasSize(1);
        return keys.get(0).toString();
    }

    private Object answer(String... words) {
        try {
            return redis.command(words);
        } catch (Resp.ErrorReply e) {
            return e.getMessage();
        }
    }
}
