package dev.tidings.sse.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.delivery.ManualTime;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.BackplaneContract;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.spi.RecordingSink;
import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemoryBackplaneTest extends BackplaneContract {

    private static final Retention MINUTE = Retention.DEFAULT.maxAge(Duration.ofMinutes(1));

    private final ManualTime time = new ManualTime();

    @Override
    protected Backplane create() {
        return new MemoryBackplane(time);
    }

    @Override
    protected void passTime() {
        time.advance(Duration.ofMillis(5));
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
        Position start = end(USER);
        List<Position> old = appendAll(USER, 3, MINUTE);
        time.advance(Duration.ofSeconds(31));
        await(backplane.append(USER, Event.of("event", "young"), MINUTE, null));
        time.advance(Duration.ofSeconds(31));

        Page page = readAll(USER, start);

        assertThat(page.verdict()).isEqualTo(Verdict.TRIMMED);
        assertThat(data(page)).containsExactly("young");
        assertThat(readAll(USER, old.get(2)).verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(readAll(USER, old.get(1)).verdict()).isEqualTo(Verdict.TRIMMED);
    }

    @Test
    void anEntryIsKeptForExactlyItsAge() {
        Position start = end(USER);
        appendAll(USER, 1, MINUTE);

        time.advance(Duration.ofMinutes(1));
        assertThat(data(readAll(USER, start))).containsExactly("0");
        time.advance(Duration.ofMillis(1));
        assertThat(data(readAll(USER, start))).isEmpty();
    }

    @Test
    void aTopicThatIsTrimmedEmptyStillKnowsItsEnd() {
        List<Position> positions = appendAll(USER, 3, MINUTE);
        time.advance(Duration.ofMinutes(2));

        assertThat(readAll(USER, positions.get(2)))
                .isEqualTo(new Page(Verdict.CONTIGUOUS, List.of(), positions.get(2)));
        assertThat(readAll(USER, positions.get(0))).isEqualTo(new Page(Verdict.TRIMMED, List.of(), positions.get(2)));
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
        Position start = end(USER);
        List<Position> positions = appendAll(USER, 3, MINUTE);
        forgetIdleTopics();

        append(USER, "after");

        for (Position old : List.of(start, positions.get(0), positions.get(1))) {
            Page page = readAll(USER, old);
            assertThat(page.verdict()).isEqualTo(Verdict.TRIMMED);
            assertThat(data(page)).containsExactly("after");
        }
    }

    @Test
    void whoHadSeenAllOfAForgottenTopicIsAtWorstToldTooMuch() {
        List<Position> positions = appendAll(USER, 3, MINUTE);
        forgetIdleTopics();
        append(USER, "after");

        Page page = readAll(USER, positions.get(2));

        assertThat(page.verdict()).isIn(Verdict.TRIMMED, Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("after");
    }

    @Test
    void aFollowedTopicIsNotForgotten() {
        follow(USER);
        List<Position> positions = appendAll(USER, 3, MINUTE);
        forgetIdleTopics();

        append(USER, "after");

        Page page = readAll(USER, positions.get(2));
        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("after");
    }

    @Test
    void aTopicIsRememberedForItsRetentionAfterTheLastFollowerLeft() {
        Interest interest = backplane.follow(USER, new RecordingSink());
        List<Position> positions = appendAll(USER, 1, MINUTE);
        time.advance(Duration.ofHours(2));
        interest.close();
        time.advance(Duration.ofSeconds(59));
        useOnce(10, "other");

        append(USER, "after");

        assertThat(readAll(USER, positions.get(0)).verdict()).isEqualTo(Verdict.CONTIGUOUS);
    }

    @Test
    void topicsUsedOnceCostNothingForLong() {
        Retention second = Retention.DEFAULT.maxAge(Duration.ofSeconds(1));
        int most = 0;
        for (int i = 0; i < 200_000; i++) {
            await(backplane.append(Topic.of("once", "" + i), Event.of("event", "e"), second, null));
            time.advance(Duration.ofMillis(1));
            most = Math.max(most, ((MemoryBackplane) backplane).topics());
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
                case 2 -> known.put(end(topic), topic);
                case 3 -> time.advance(Duration.ofSeconds(random.nextInt(40)));
                default -> useOnce(5, "sweep-" + random.nextInt(3));
            }
            if (!known.isEmpty()) {
                Position from = known.firstKey();
                Topic of = known.remove(from);
                Page page = readAll(of, from);
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
        Position start = end(USER);
        for (int i = 0; i < 20; i++) {
            append(USER, "" + i);
            time.jump(Duration.ofMinutes(-1));
        }

        Page page = readAll(USER, start);

        assertChained(start, page.entries());
        assertThat(data(page)).isEqualTo(numbers(0, 20));
    }

    @Test
    void whenTheClockGoesBackNothingIsTrimmedOrForgottenEarly() {
        Position start = end(USER);
        appendAll(USER, 3, MINUTE);
        time.jump(Duration.ofHours(-1));
        useOnce(10, "other");
        appendAll(USER, 2, MINUTE);
        time.advance(Duration.ofSeconds(59));
        useOnce(10, "another");

        Page page = readAll(USER, start);

        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("0", "1", "2", "0", "1");
    }

    @Test
    void moreEventsInAMillisecondThanItHasPositionsStillIncrease() {
        Retention few = SMALL;
        Position before = end(USER);
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
        assertThat(((MemoryBackplane) backplane).topics()).isLessThan(30);
        time.advance(Duration.ofHours(2));
        useOnce(20, "sweep again");
    }

    private void useOnce(int count, String kind) {
        for (int i = 0; i < count; i++) {
            append(Topic.of(kind.replace(' ', '-'), "" + i), "");
        }
    }
}
