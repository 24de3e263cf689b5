package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Cursor;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of subscribers whose log is lost, or is not the one they knew: one gap, told once, and no silence. */
@RequiresRedis
class LostLogTest {

    private static final Topic TOPIC = Topic.of("guild", "7");
    private static final Topic OTHER = Topic.of("guild", "8");
    private static final Gap RESET = new Gap(TOPIC, Gap.Reason.RESET);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aRestartThatForgetsEverythingIsOneGapPerTopic() {
        RedisServer redis = opened(RedisServer.startForgetful());
        FaultNode node = node(redis);
        FaultNode publisher = node(redis);
        RecordingSubscriber subscriber = node.subscribe(TOPIC, OTHER);
        publisher.publish(TOPIC, "before");
        publisher.publish(OTHER, "before");
        subscriber.nextEvents(2);

        redis.restart();

        assertThat(List.of(subscriber.nextGap(), subscriber.nextGap()))
                .containsExactlyInAnyOrder(RESET, new Gap(OTHER, Gap.Reason.RESET));
        publisher.publish(TOPIC, "after");
        assertThat(subscriber.nextEvent().event().data()).isEqualTo("after");
        subscriber.assertExhausted();
    }

    @Test
    void aFlushIsOneGapForEverySubscriberAndLaterEventsArrive() {
        RedisServer redis = opened(RedisServer.start());
        FaultNode node = node(redis);
        FaultNode publisher = node(redis);
        List<Topic> topics =
                IntStream.range(0, 40).mapToObj(i -> Topic.of("guild", "" + i)).toList();
        List<RecordingSubscriber> subscribers =
                topics.stream().map(topic -> node.subscribe(topic)).toList();
        topics.forEach(topic -> publisher.publish(topic, "before"));
        subscribers.forEach(RecordingSubscriber::nextEvent);

        redis.command("FLUSHALL");
        topics.forEach(topic -> publisher.publish(topic, "after"));

        for (RecordingSubscriber subscriber : subscribers) {
            assertThat(subscriber.nextGap().reason()).isEqualTo(Gap.Reason.RESET);
            assertThat(subscriber.nextEvent().event().data()).isEqualTo("after");
            subscriber.assertExhausted();
        }
    }

    @Test
    void aKeyThatIsDeletedOrEvictedIsAGapInItsTopicAloneAlsoWhereNothingIsPublished() {
        RedisServer redis = opened(RedisServer.start());
        FaultNode node = node(redis);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        RecordingSubscriber untouched = node.subscribe(OTHER);
        node.publish(TOPIC, "before");
        node.publish(OTHER, "before");
        subscriber.nextEvent();
        untouched.nextEvent();

        redis.command("DEL", keyOf(redis, TOPIC));

        assertThat(subscriber.nextGap()).isEqualTo(RESET); // found by the audit
        node.publish(TOPIC, "after");
        node.publish(OTHER, "after");
        assertThat(subscriber.nextEvent().event().data()).isEqualTo("after");
        assertThat(untouched.nextEvent().event().data()).isEqualTo("after");
        untouched.assertExhausted();
    }

    @Test
    void logsThatRedisEvictsForWantOfMemoryAreAGap() {
        RedisServer redis = opened(RedisServer.start());
        FaultNode node = node(redis);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "before");
        subscriber.nextEvent();
        redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");

        redis.command("CONFIG", "SET", "maxmemory", "1");
        Wait.until("the log to be evicted", () -> {
            evict(redis);
            return keys(redis, TOPIC).isEmpty();
        });
        redis.command("CONFIG", "SET", "maxmemory", "0");
        node.publish(TOPIC, "after");

        assertThat(subscriber.nextGap()).isEqualTo(RESET);
        assertThat(subscriber.nextEvent().event().data()).isEqualTo("after");
    }

    @Test
    void whatWasTrimmedWhileAwayIsAGapAndTheRestArrives() {
        RedisServer redis = opened(RedisServer.start());
        FaultNode node =
                opened(FaultNode.at(redis, Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES), settings -> settings));
        node.publish(TOPIC, "before");
        Cursor cursor = node.position(TOPIC);

        node.publishAll(TOPIC, numbers(16));
        RecordingSubscriber inTime = node.subscribe(cursor, TOPIC);
        assertThat(data(inTime, 16)).isEqualTo(numbers(16));
        node.publish(TOPIC, "16");
        RecordingSubscriber late = node.subscribe(cursor, TOPIC);

        assertThat(late.nextGap()).isEqualTo(new Gap(TOPIC, Gap.Reason.TRIMMED));
        assertThat(data(late, 16)).isEqualTo(numbers(17).subList(1, 17));
    }

    @Test
    void aTailThatIsLostWithItsMasterIsAGapAndNeverTakenForTheNewOne() {
        RedisServer master = opened(RedisServer.start("--repl-diskless-sync-delay", "0"));
        RedisServer replica = opened(RedisServer.start("--repl-diskless-sync-delay", "0"));
        replica.replicate(master);
        FaultNode node = node(master);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        node.publish(TOPIC, "replicated");
        master.awaitReplication(replica);
        replica.promote(); // from now on it hears of nothing
        node.publish(TOPIC, "lost 1");
        node.publish(TOPIC, "lost 2");
        assertThat(data(subscriber, 3)).containsExactly("replicated", "lost 1", "lost 2");
        Cursor ahead = node.position(TOPIC);

        master.kill();
        node.network.retarget(replica.port());
        node.network.cut();
        node.await(Status.FRESH);
        node.publishAll(TOPIC, List.of("new 1", "new 2", "new 3"));

        assertThat(subscriber.nextGap()).isEqualTo(RESET);
        assertThat(data(subscriber, 3)).containsExactly("new 1", "new 2", "new 3");
        RecordingSubscriber resumed = node.subscribe(ahead, TOPIC);
        assertThat(resumed.nextGap()).isEqualTo(RESET);
        assertThat(data(resumed, 3)).containsExactly("new 1", "new 2", "new 3");
    }

    @Test
    void aSuccessorWhoseClockIsBehindDoesNotRepeatPositionsThatWereLost() {
        RedisServer master = opened(RedisServer.start("--repl-diskless-sync-delay", "0"));
        RedisServer replica = opened(RedisServer.start("--repl-diskless-sync-delay", "0"));
        replica.replicate(master);
        FaultNode node = node(master);
        node.publish(TOPIC, "first");
        // What both would have stored while the clock of the first was ahead: that of either is behind from now on.
        String key = keyOf(master, TOPIC);
        String[] words = master.text("LINDEX", key, "-1").split(" ", 3);
        master.command("RPUSH", key, "9999999999999-1 " + words[0] + " " + words[2]);
        master.awaitReplication(replica);
        replica.promote(); // from now on it hears of nothing
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        Position lost = node.publish(TOPIC, "lost");
        assertThat(data(subscriber, 1)).containsExactly("lost");

        master.kill();
        node.network.retarget(replica.port());
        node.network.cut();
        node.await(Status.FRESH);

        assertThat(node.publish(TOPIC, "new")).isNotEqualTo(lost);
        assertThat(subscriber.nextGap()).isEqualTo(RESET);
    }

    @Test
    void aNodeThatFollowedTheOtherSideOfASplitIsToldSo() {
        RedisServer left = opened(RedisServer.start("--repl-diskless-sync-delay", "0"));
        RedisServer right = opened(RedisServer.start("--repl-diskless-sync-delay", "0"));
        right.replicate(left);
        FaultNode node = node(left);
        FaultNode strayed = node(left);
        RecordingSubscriber subscriber = node.subscribe(TOPIC);
        RecordingSubscriber onTheOtherSide = strayed.subscribe(TOPIC);
        node.publish(TOPIC, "common");
        assertThat(data(subscriber, 1)).containsExactly("common");
        assertThat(data(onTheOtherSide, 1)).containsExactly("common");
        left.awaitReplication(right);
        right.promote();
        strayed.network.retarget(right.port());
        strayed.network.cut();
        strayed.await(Status.FRESH);
        node.publish(TOPIC, "left");
        Position there = strayed.publish(TOPIC, "right");
        assertThat(data(subscriber, 1)).containsExactly("left");
        assertThat(data(onTheOtherSide, 1)).containsExactly("right");

        // Within one millisecond chance decides which of two logs is ahead.
        Wait.until("a later millisecond", () -> millisOf(left) > there.millis());
        strayed.network.retarget(left.port());
        strayed.network.cut();
        node.publish(TOPIC, "together");

        assertThat(onTheOtherSide.nextGap()).isEqualTo(RESET);
        List<String> after = data(onTheOtherSide, 1);
        if (after.equals(List.of("left"))) { // stored later than what the other side had
            after = data(onTheOtherSide, 1);
        }
        assertThat(after).containsExactly("together");
        assertThat(data(subscriber, 1)).containsExactly("together");
        subscriber.assertExhausted();
    }

    @Test
    void aCursorOfLogsInMemoryIsAnsweredWithAGap() {
        RedisServer redis = opened(RedisServer.start());
        FaultNode node = node(redis);
        node.publish(TOPIC, "retained");
        Cursor foreign;
        try (EventBroadcaster inMemory = EventBroadcaster.create()) {
            foreign = BackplaneProbe.await(inMemory.position(TOPIC));
        }

        RecordingSubscriber subscriber = node.subscribe(foreign, TOPIC);

        assertThat(subscriber.nextGap()).isEqualTo(RESET);
        assertThat(data(subscriber, 1)).containsExactly("retained");
    }

    @Test
    void aCursorOfAnotherRedisIsAnsweredWithAGap() {
        FaultNode elsewhere = node(opened(RedisServer.start()));
        elsewhere.publish(TOPIC, "elsewhere");
        Cursor foreign = elsewhere.position(TOPIC);
        FaultNode node = node(opened(RedisServer.start()));
        node.publish(TOPIC, "here");

        RecordingSubscriber subscriber = node.subscribe(foreign, TOPIC);
        assertThat(subscriber.nextGap()).isEqualTo(RESET);
        RecordingSubscriber ofAnUnusedTopic = node.subscribe(elsewhere.position(OTHER), OTHER);
        assertThat(ofAnUnusedTopic.nextGap()).isEqualTo(new Gap(OTHER, Gap.Reason.RESET));
    }

    @Test
    void aCursorThatIsNoneIsAnsweredWithAGap() {
        FaultNode node = node(opened(RedisServer.start()));

        RecordingSubscriber subscriber = node.subscribe(new Cursor("what a forger thinks"), TOPIC);

        assertThat(subscriber.nextGap()).isEqualTo(new Gap(TOPIC, Gap.Reason.BAD_CURSOR));
        node.publish(TOPIC, "e");
        assertThat(data(subscriber, 1)).containsExactly("e");
    }

    private FaultNode node(RedisServer redis) {
        FaultNode node = opened(FaultNode.at(redis));
        node.await(Status.FRESH);
        return node;
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(0, resource);
        return resource;
    }

    /** Has it make room for something for which there is none. */
    private static void evict(RedisServer redis) {
        try {
            redis.command("SET", "something", "large");
        } catch (Resp.ErrorReply e) {
            // All that could go has gone.
        }
    }

    private static long millisOf(RedisServer redis) {
        List<?> time = (List<?>) Objects.requireNonNull(redis.command("TIME"));
        return Long.parseLong(time.get(0).toString()) * 1_000
                + Long.parseLong(time.get(1).toString()) / 1_000;
    }

    private static String keyOf(RedisServer redis, Topic topic) {
        List<?> keys = keys(redis, topic);
        assertThat(keys).hasSize(1);
        return keys.get(0).toString();
    }

    private static List<?> keys(RedisServer redis, Topic topic) {
        return (List<?>) Objects.requireNonNull(redis.command("KEYS", "*" + topic));
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static List<String> data(RecordingSubscriber subscriber, int count) {
        return subscriber.nextEvents(count).stream()
                .map(delivered -> delivered.event().data())
                .toList();
    }
}
