package dev.tidings.sse.memory;

import static dev.tidings.sse.testing.BackplaneProbe.await;
import static dev.tidings.sse.testing.BackplaneProbe.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneContract;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingSink;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MemoryBackplaneTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");
    private static final Retention SMALL = Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES);

    private static final Retention MINUTE = Retention.DEFAULT.maxAge(Duration.ofMinutes(1));

    private final ManualClock time = new ManualClock();
    private final MemoryBackplane backplane = new MemoryBackplane(time);
    private final BackplaneProbe logs = new BackplaneProbe(backplane);

    @TestFactory
    Stream<DynamicTest> keepsTheContract() {
        return BackplaneContract.checks(() -> new MemoryBackplane(time), time::advance).stream()
                .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
    }

    @Test
    void itIsAlwaysInTouchWithItsLogs() {
        assertThat(backplane.status()).isEqualTo(Status.FRESH);
    }

    @Test
    void aTagIsNeverThatOfALogWhichOutlivesItsProcess() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(new MemoryBackplane(time).logTag()).isBetween(1, 0xffff);
        }
    }

    // Trimming by age.

    @Test
    void whatIsTooOldIsTrimmed() {
        Position start = logs.end(USER);
        List<Position> old = logs.appendAll(USER, 3, MINUTE);
        time.advance(Duration.ofSeconds(31));
        await(backplane.append(USER, Event.of("event", "young"), MINUTE, null));
        time.advance(Duration.ofSeconds(31));

        Page page = logs.readAll(USER, start);

        assertThat(page.verdict()).isEqualTo(Verdict.TRIMMED);
        assertThat(data(page)).containsExactly("young");
        assertThat(logs.readAll(USER, old.get(2)).verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(logs.readAll(USER, old.get(1)).verdict()).isEqualTo(Verdict.TRIMMED);
    }

    @Test
    void anEntryIsKeptForExactlyItsAge() {
        Position start = logs.end(USER);
        logs.appendAll(USER, 1, MINUTE);

        time.advance(Duration.ofMinutes(1));
        assertThat(data(logs.readAll(USER, start))).containsExactly("0");
        time.advance(Duration.ofMillis(1));
        assertThat(data(logs.readAll(USER, start))).isEmpty();
    }

    @Test
    void aTopicThatIsTrimmedEmptyStillKnowsItsEnd() {
        List<Position> positions = logs.appendAll(USER, 3, MINUTE);
        time.advance(Duration.ofMinutes(2));

        assertThat(logs.readAll(USER, positions.get(2)))
                .isEqualTo(new Page(Verdict.CONTIGUOUS, List.of(), positions.get(2)));
        assertThat(logs.readAll(USER, positions.get(0)))
                .isEqualTo(new Page(Verdict.TRIMMED, List.of(), positions.get(2)));
    }

    // Idempotency.

    @Test
    void aKeyIsKnownFor24Hours() {
        Position first = await(backplane.append(USER, Event.of("event", "e"), MINUTE, "key"))
                .position();

        time.advance(Duration.ofHours(24).minusMillis(1));
        assertThat(await(backplane.append(USER, Event.of("event", "e"), MINUTE, "key")))
                .isEqualTo(new Published(first, true));
        time.advance(Duration.ofMillis(1));
        Published later = await(backplane.append(USER, Event.of("event", "e"), MINUTE, "key"));
        assertThat(later.duplicate()).isFalse();
        assertThat(later.position()).isGreaterThan(first);
    }

    @Test
    void aKeyIsKnownAlsoAfterItsTopicWasForgotten() {
        await(backplane.append(USER, Event.of("event", "e"), MINUTE, "key"));
        forgetIdleTopics();

        assertThat(await(backplane.append(USER, Event.of("event", "e"), MINUTE, "key"))
                        .duplicate())
                .isTrue();
    }

    // Forgetting.

    @Test
    void aForgottenTopicIsNeverContiguousWithWhatItHeld() {
        Position start = logs.end(USER);
        List<Position> positions = logs.appendAll(USER, 3, MINUTE);
        forgetIdleTopics();

        logs.append(USER, "after");

        for (Position old : List.of(start, positions.get(0), positions.get(1))) {
            Page page = logs.readAll(USER, old);
            assertThat(page.verdict()).isEqualTo(Verdict.TRIMMED);
            assertThat(data(page)).containsExactly("after");
        }
    }

    @Test
    void whoHadSeenAllOfAForgottenTopicIsAtWorstToldTooMuch() {
        List<Position> positions = logs.appendAll(USER, 3, MINUTE);
        forgetIdleTopics();
        logs.append(USER, "after");

        Page page = logs.readAll(USER, positions.get(2));

        assertThat(page.verdict()).isIn(Verdict.TRIMMED, Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("after");
    }

    @Test
    void aFollowedTopicIsNotForgotten() {
        logs.follow(USER);
        List<Position> positions = logs.appendAll(USER, 3, MINUTE);
        forgetIdleTopics();

        logs.append(USER, "after");

        Page page = logs.readAll(USER, positions.get(2));
        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("after");
    }

    @Test
    void aTopicIsRememberedForItsRetentionAfterTheLastFollowerLeft() {
        Interest interest = backplane.follow(USER, new RecordingSink());
        List<Position> positions = logs.appendAll(USER, 1, MINUTE);
        time.advance(Duration.ofHours(2));
        interest.close();
        time.advance(Duration.ofSeconds(59));
        useOnce(10, "other");

        logs.append(USER, "after");

        assertThat(logs.readAll(USER, positions.get(0)).verdict()).isEqualTo(Verdict.CONTIGUOUS);
    }

    @Test
    void topicsUsedOnceCostNothingForLong() {
        Retention second = Retention.DEFAULT.maxAge(Duration.ofSeconds(1));
        int most = 0;
        for (int i = 0; i < 200_000; i++) {
            await(backplane.append(Topic.of("once", "" + i), Event.of("event", "e"), second, null));
            time.advance(Duration.ofMillis(1));
            most = Math.max(most, backplane.topics());
        }

        assertThat(most).as("a second's worth of topics is 1000").isLessThan(3_000);
    }

    @Test
    void whateverIsForgottenMeanwhileNoEntryIsMissedInSilence() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Topic> topics = List.of(USER, GUILD, Topic.of("a"), Topic.of("b"));
        TreeMap<Position, Topic> appended = new TreeMap<>();
        TreeMap<Position, Topic> known = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            Topic topic = topics.get(random.nextInt(topics.size()));
            switch (random.nextInt(5)) {
                case 0, 1 ->
                    appended.put(
                            await(backplane.append(topic, Event.of("event", ""), MINUTE, null))
                                    .position(),
                            topic);
                case 2 -> known.put(logs.end(topic), topic);
                case 3 -> time.advance(Duration.ofSeconds(random.nextInt(40)));
                default -> useOnce(5, "sweep-" + random.nextInt(3));
            }
            if (!known.isEmpty()) {
                Position from = known.firstKey();
                Topic of = known.remove(from);
                Page page = logs.readAll(of, from);
                if (page.verdict() == Verdict.CONTIGUOUS) {
                    assertThat(page.entries().stream().map(entry -> entry.position()))
                            .as("seed " + seed + ", step " + i)
                            .isEqualTo(appended.tailMap(from, false).entrySet().stream()
                                    .filter(each -> each.getValue().equals(of))
                                    .map(each -> each.getKey())
                                    .toList());
                }
                if (random.nextInt(10) > 0) {
                    known.put(from, of); // to be asked again later
                }
            }
        }
    }

    // Clocks.

    @Test
    void positionsIncreaseWhileTheClockGoesBack() {
        Position start = logs.end(USER);
        for (int i = 0; i < 20; i++) {
            logs.append(USER, "" + i);
            time.jump(Duration.ofMinutes(-1));
        }

        Page page = logs.readAll(USER, start);

        assertThat(page.entries().get(0).prev()).isEqualTo(start);
        for (int i = 1; i < 20; i++) {
            assertThat(page.entries().get(i).prev())
                    .isEqualTo(page.entries().get(i - 1).position());
        }
        assertThat(data(page))
                .isEqualTo(IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }

    @Test
    void whenTheClockGoesBackNothingIsTrimmedOrForgottenEarly() {
        Position start = logs.end(USER);
        logs.appendAll(USER, 3, MINUTE);
        time.jump(Duration.ofHours(-1));
        useOnce(10, "other");
        logs.appendAll(USER, 2, MINUTE);
        time.advance(Duration.ofSeconds(59));
        useOnce(10, "another");

        Page page = logs.readAll(USER, start);

        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("0", "1", "2", "0", "1");
    }

    @Test
    void moreEventsInAMillisecondThanItHasPositionsStillIncrease() {
        Retention few = SMALL;
        Position before = logs.end(USER);
        for (int i = 0; i < 70_000; i++) {
            Position next = await(backplane.append(USER, Event.of("event", ""), few, null))
                    .position();
            assertThat(next).isGreaterThan(before);
            before = next;
        }
    }

    /** Lets the retention of all topics pass, and the backplane notice. */
    private void forgetIdleTopics() {
        time.advance(Duration.ofHours(2));
        useOnce(20, "sweep");
        assertThat(backplane.topics()).isLessThan(30);
        time.advance(Duration.ofHours(2));
        useOnce(20, "sweep again");
    }

    private void useOnce(int count, String kind) {
        for (int i = 0; i < count; i++) {
            logs.append(Topic.of(kind.replace(' ', '-'), "" + i), "");
        }
    }
}
