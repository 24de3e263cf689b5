package dev.tidings.sse.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Cursor;
import dev.tidings.sse.Event;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who was away comes back anywhere: to a node that has just started, all at once, during a deploy. */
@RequiresRedis
class ResumeTest {

    private static final int TOPICS = 200;
    private static final int SUBSCRIBERS_PER_TOPIC = 10;
    private static final int BEHIND = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30); // the first is read for behind all the others

    private final RedisServer redis = RedisServer.start();
    private final List<FaultNode> nodes = new ArrayList<>();

    @AfterEach
    void end() {
        nodes.forEach(FaultNode::close);
        redis.close();
    }

    @Test
    void thousandsWhoComeToANewNodeAtOnceMissNothing() {
        FaultNode old = node();
        List<Topic> topics = IntStream.range(0, TOPICS)
                .mapToObj(i -> Topic.of("user", "" + i))
                .toList();
        Map<Topic, Cursor> cursors = new HashMap<>();
        topics.forEach(topic -> cursors.put(topic, old.position(topic)));
        List<String> missed =
                IntStream.range(0, BEHIND).mapToObj(Integer::toString).toList();
        topics.forEach(topic -> old.publishAll(topic, missed));
        old.close();

        FaultNode fresh = node();
        List<RecordingSubscriber> all = new ArrayList<>();
        for (int i = 0; i < SUBSCRIBERS_PER_TOPIC; i++) {
            topics.forEach(topic -> {
                RecordingSubscriber subscriber = new RecordingSubscriber(PATIENCE);
                fresh.broadcaster.subscribe(Subscription.Request.of(topic).from(cursors.get(topic)), subscriber);
                all.add(subscriber);
            });
        }

        for (RecordingSubscriber subscriber : all) {
            assertThat(data(subscriber, BEHIND)).isEqualTo(missed);
            subscriber.assertExhausted();
        }
    }

    @Test
    void afterARestartOfRedisAndOfAllNodesACursorIsGood() {
        Topic topic = Topic.of("user", "42");
        FaultNode old = node();
        old.publish(topic, "seen");
        Cursor cursor = old.position(topic);
        old.publish(topic, "missed");
        old.close();
        redis.restart();

        RecordingSubscriber subscriber = node().subscribe(cursor, topic);

        assertThat(data(subscriber, 1)).containsExactly("missed");
    }

    @Test
    void nodesOfTwoVersionsShareALogDuringADeploy() throws IOException {
        Topic topic = Topic.of("user", "42");
        FaultNode node = node();
        RecordingSubscriber subscriber = node.subscribe(topic);
        List<String> expected = new ArrayList<>();
        try (Resp olderNode = redis.connect()) {
            for (int i = 0; i < 20; i++) {
                node.publish(topic, "new " + i);
                appendAsAnotherVersion(olderNode, topic, "old " + i);
                expected.addAll(List.of("new " + i, "old " + i));
            }
        }

        assertThat(data(subscriber, 40)).isEqualTo(expected);
        assertThat(node.log(topic)).isEqualTo(expected);
    }

    /** Another text of the script has another hash, and works on the same keys. */
    private static void appendAsAnotherVersion(Resp connection, Topic topic, String data) throws IOException {
        Keys keys = new Keys("tidings", 0);
        String script = resource("append.lua") + "\n-- of another version\n";
        Object answer = connection.command(
                "EVAL",
                script,
                "1",
                new String(keys.log(topic), UTF_8),
                "another:" + data.replace(' ', '-'),
                new String(FrameFormat.body(Event.of("event", data), Retention.DEFAULT), UTF_8),
                "256",
                "3600000",
                RedisBinary.get().isSeven() ? "SPUBLISH" : "PUBLISH",
                keys.channel(topic),
                "7",
                "",
                "",
                "86400");
        assertThat((List<?>) answer).first().isEqualTo("stored");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(RedisBackplane.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private FaultNode node() {
        FaultNode node = FaultNode.at(redis);
        nodes.add(node);
        node.await(Status.FRESH);
        return node;
    }

    private static List<String> data(RecordingSubscriber subscriber, int count) {
        return subscriber.nextEvents(count).stream()
                .map(delivered -> delivered.event().data())
                .toList();
    }
}
