package dev.tidings.sse.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Page.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every backplane does, whatever keeps its logs. */
public abstract class BackplaneContract {

    protected static final Topic USER = Topic.of("user", "42");
    protected static final Topic GUILD = Topic.of("guild", "7");

    /** The fewest entries that a retention may keep. */
    protected static final Retention SMALL = Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES);

    private static final int ALL = 1_000_000;

    protected Backplane backplane;

    /** Creates a backplane whose logs are empty. */
    protected abstract Backplane create();

    /** Lets some milliseconds pass on the clock that positions are made of. */
    protected abstract void passTime();

    @BeforeEach
    void createBackplane() {
        backplane = create();
    }

    @AfterEach
    void closeBackplane() {
        backplane.close();
    }

    // Append and read.

    @Test
    void anEventIsReadBackWhole() {
        Event event = new Event("type", "data \0 €\r\n", "key", Map.of("name", "value", "", " "));
        Position start = end(USER);

        Position position = append(USER, event);

        assertThat(readAll(USER, start).entries()).containsExactly(new Entry(position, start, event));
    }

    @Test
    void entriesAreReadInTheOrderOfAppending() {
        Position start = end(USER);
        appendAll(USER, 50);

        assertThat(data(readAll(USER, start))).isEqualTo(numbers(0, 50));
    }

    @Test
    void eachEntryNamesItsPredecessor() {
        Position start = end(USER);
        appendAll(USER, 50);
        appendAll(GUILD, 3);
        appendAll(USER, 3);

        assertChained(start, readAll(USER, start).entries());
    }

    @Test
    void topicsAreApart() {
        Position start = end(USER);
        append(GUILD, "g");
        append(USER, "u");

        assertThat(data(readAll(USER, start))).containsExactly("u");
    }

    @Test
    void aPublishSaysWhereItsEntryStands() {
        Published published = await(backplane.append(USER, Event.of("event", "e"), Retention.DEFAULT, null));

        assertThat(published.duplicate()).isFalse();
        assertThat(published.position()).isEqualTo(end(USER));
    }

    // The table of positions.

    @Test
    void anEntryIsContiguousWithTheNext() {
        List<Position> positions = appendAll(USER, 5);

        Page page = readAll(USER, positions.get(1));

        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("2", "3", "4");
        assertThat(page.end()).isEqualTo(positions.get(4));
    }

    @Test
    void theEndIsContiguousWithNothing() {
        List<Position> positions = appendAll(USER, 5);

        assertThat(readAll(USER, positions.get(4)))
                .isEqualTo(new Page(Verdict.CONTIGUOUS, List.of(), positions.get(4)));
    }

    @Test
    void anEmptyTopicHasAnEndFromWhichNothingIsMissed() {
        Position start = end(USER);
        assertThat(readAll(USER, start)).isEqualTo(new Page(Verdict.CONTIGUOUS, List.of(), start));

        append(USER, "first");

        Page page = readAll(USER, start);
        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).containsExactly("first");
    }

    @Test
    void theEndAloneIsReadWithoutEntries() {
        List<Position> positions = appendAll(USER, 5);

        assertThat(await(backplane.read(USER, null, 10, 1000)))
                .isEqualTo(new Page(Verdict.CONTIGUOUS, List.of(), positions.get(4)));
    }

    @Test
    void thePredecessorOfTheOldestRetainedIsContiguous() {
        List<Position> positions = appendAll(USER, 20, SMALL);

        Page page = readAll(USER, positions.get(3));

        assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).isEqualTo(numbers(4, 20));
    }

    @Test
    void whatIsOlderWasTrimmedAndAllThatIsRetainedFollows() {
        Position start = end(USER);
        List<Position> positions = appendAll(USER, 20, SMALL);

        for (Position older : List.of(start, positions.get(0), positions.get(2))) {
            Page page = readAll(USER, older);

            assertThat(page.verdict()).isEqualTo(Verdict.TRIMMED);
            assertThat(data(page)).isEqualTo(numbers(4, 20));
            assertThat(page.entries().get(0).prev()).isEqualTo(positions.get(3));
        }
    }

    @Test
    void noneAsksForAllThatIsRetained() {
        appendAll(USER, 5);

        Page page = readAll(USER, Position.NONE);

        assertThat(page.verdict()).isNotEqualTo(Verdict.CONTIGUOUS);
        assertThat(data(page)).isEqualTo(numbers(0, 5));
    }

    @Test
    void aPositionAheadOfTheEndIsReset() {
        List<Position> positions = appendAll(USER, 5);

        for (long ahead : new long[] {positions.get(4).value() + 1, Long.MAX_VALUE}) {
            assertThat(readAll(USER, new Position(ahead)))
                    .isEqualTo(new Page(Verdict.RESET, List.of(), positions.get(4)));
        }
    }

    @Test
    void aPositionBetweenEntriesIsResetAndOnlyLaterEntriesFollow() {
        Position first = append(USER, "first");
        passTime();
        Position second = append(USER, "second");
        append(USER, "third");
        assertThat(second.value() - first.value()).isGreaterThan(1);

        Page page = readAll(USER, new Position(second.value() - 1));

        assertThat(page.verdict()).isEqualTo(Verdict.RESET);
        assertThat(data(page)).containsExactly("second", "third");
    }

    @Test
    void positionsOfAnotherTopicAreNotContiguous() {
        append(USER, "u");
        passTime();
        Position other = append(GUILD, "g");
        passTime();
        append(USER, "u");

        assertThat(readAll(USER, other).verdict()).isEqualTo(Verdict.RESET);
    }

    // Pages.

    @Test
    void aPageHoldsAtMostSoManyEntriesAndTheOldest() {
        Position start = end(USER);
        List<Position> positions = appendAll(USER, 10);

        Page page = await(backplane.read(USER, start, 4, ALL));

        assertThat(data(page)).isEqualTo(numbers(0, 4));
        assertThat(page.end()).isEqualTo(positions.get(9));
    }

    @Test
    void aPageHoldsAtMostSoManyBytes() {
        Position start = end(USER);
        for (int i = 0; i < 10; i++) {
            append(USER, "x".repeat(100));
        }

        assertThat(await(backplane.read(USER, start, ALL, 350)).entries()).hasSize(3);
    }

    @Test
    void aPageHoldsOneEntryHoweverLarge() {
        Position start = end(USER);
        append(USER, "x".repeat(1000));
        append(USER, "y");

        assertThat(data(await(backplane.read(USER, start, ALL, 1)))).containsExactly("x".repeat(1000));
    }

    @Test
    void pagesJoinWithoutASeam() {
        Position start = end(USER);
        appendAll(USER, 50);
        List<Entry> all = new ArrayList<>();

        Position from = start;
        while (!from.equals(end(USER))) {
            Page page = await(backplane.read(USER, from, 7, ALL));
            assertThat(page.verdict()).isEqualTo(Verdict.CONTIGUOUS);
            all.addAll(page.entries());
            from = all.get(all.size() - 1).position();
        }

        assertThat(all).isEqualTo(readAll(USER, start).entries());
    }

    @Test
    void aTrimmedPageIsBoundedToo() {
        appendAll(USER, 20, SMALL);

        Page page = await(backplane.read(USER, Position.NONE, 5, ALL));

        assertThat(data(page)).isEqualTo(numbers(4, 9));
    }

    // Followers.

    @Test
    void aFollowerSeesEveryEntryInLogOrder() {
        RecordingSink sink = follow(USER);
        Position start = end(USER);
        appendAll(USER, 100);

        List<Entry> seen = sink.takeEntries(100);

        assertThat(seen).isEqualTo(readAll(USER, start).entries());
    }

    @Test
    void aFollowerSeesItsTopicOnlyAndWhatComesAfterOnly() {
        append(USER, "before");
        RecordingSink sink = follow(USER);
        append(GUILD, "other");
        append(USER, "after");

        assertThat(sink.take(1)).containsExactly("after");
        assertThat(sink.surplus()).isZero();
    }

    @Test
    void aTopicMayHaveSeveralFollowers() {
        RecordingSink first = follow(USER);
        RecordingSink second = follow(USER);
        append(USER, "e");

        assertThat(first.take(1)).containsExactly("e");
        assertThat(second.take(1)).containsExactly("e");
    }

    @Test
    void whoClosesItsInterestSeesNothingMoreAndOthersDo() {
        RecordingSink leaving = new RecordingSink();
        Interest interest = backplane.follow(USER, leaving);
        await(interest.acknowledged());
        RecordingSink staying = follow(USER);

        interest.close();
        interest.close();
        append(USER, "e");

        assertThat(staying.take(1)).containsExactly("e");
        assertThat(leaving.surplus()).isZero();
    }

    // Idempotency.

    @Test
    void theSameKeyTwiceIsOneEntry() {
        RecordingSink sink = follow(USER);
        Position start = end(USER);
        Published first = await(backplane.append(USER, Event.of("event", "a"), Retention.DEFAULT, "key"));
        append(USER, "between");

        Published again = await(backplane.append(USER, Event.of("event", "b"), Retention.DEFAULT, "key"));

        assertThat(again).isEqualTo(new Published(first.position(), true));
        assertThat(data(readAll(USER, start))).containsExactly("a", "between");
        append(USER, "last");
        assertThat(sink.take(3)).containsExactly("a", "between", "last");
    }

    @Test
    void aKeyCountsForItsTopicAlone() {
        await(backplane.append(USER, Event.of("event", "e"), Retention.DEFAULT, "key"));

        assertThat(await(backplane.append(GUILD, Event.of("event", "e"), Retention.DEFAULT, "key"))
                        .duplicate())
                .isFalse();
    }

    @Test
    void aKeyOutlivesItsEntry() {
        Position first = await(backplane.append(USER, Event.of("event", "e"), SMALL, "key"))
                .position();
        appendAll(USER, 30, SMALL);

        assertThat(await(backplane.append(USER, Event.of("event", "e"), SMALL, "key")))
                .isEqualTo(new Published(first, true));
    }

    // Many threads.

    @Test
    void publishersOfManyThreadsMakeOneChainAndEachKeepsItsOrder() throws Exception {
        int threads = 4;
        int each = 2_000;
        Retention enough = Retention.DEFAULT.maxEntries(threads * each);
        RecordingSink sink = follow(USER);
        Position start = end(USER);
        CyclicBarrier together = new CyclicBarrier(threads);

        inParallel(threads, thread -> () -> {
            together.await();
            List<CompletionStage<Published>> published = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                published.add(backplane.append(USER, Event.of("by-" + thread, "" + i), enough, null));
                backplane.append(
                        thread % 2 == 0 ? GUILD : Topic.of("own", "" + thread), Event.of("e", ""), enough, null);
            }
            published.forEach(BackplaneContract::await);
            return null;
        });

        List<Entry> seen = sink.takeEntries(threads * each);
        assertChained(start, seen);
        assertThat(seen).isEqualTo(readAll(USER, start).entries());
        for (int thread = 0; thread < threads; thread++) {
            String by = "by-" + thread;
            assertThat(seen.stream()
                            .filter(entry -> entry.event().type().equals(by))
                            .map(entry -> entry.event().data()))
                    .as(by)
                    .isEqualTo(numbers(0, each));
        }
    }

    @Test
    void oneKeyFromManyThreadsIsStoredOnce() throws Exception {
        int threads = 4;
        Position start = end(USER);
        CyclicBarrier together = new CyclicBarrier(threads);

        List<Integer> firsts = inParallel(threads, thread -> () -> {
            together.await();
            int first = 0;
            for (int i = 0; i < 500; i++) {
                first += await(backplane.append(USER, Event.of("e", ""), SMALL.maxEntries(500), "key-" + i))
                                .duplicate()
                        ? 0
                        : 1;
            }
            return first;
        });

        assertThat(firsts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(500);
        assertThat(readAll(USER, start).entries()).hasSize(500);
    }

    @Test
    void aFollowerThatComesInTheMiddleMissesNothingBetweenItsReadAndItsFirstEntry() throws Exception {
        int all = 2_000;
        Retention enough = Retention.DEFAULT.maxEntries(all);
        Position start = end(USER);
        ExecutorService publisher = Executors.newSingleThreadExecutor();
        try {
            Future<?> publishing = publisher.submit(() -> {
                for (int i = 0; i < all; i++) {
                    await(backplane.append(USER, Event.of("event", "" + i), enough, null));
                }
            });
            RecordingSink sink = follow(USER);
            List<Entry> read = readAll(USER, start).entries();
            publishing.get(60, TimeUnit.SECONDS);
            List<String> chain =
                    new ArrayList<>(read.stream().map(e -> e.event().data()).toList());
            Position last = read.isEmpty() ? start : read.get(read.size() - 1).position();
            while (!last.equals(end(USER))) {
                Entry next = sink.takeEntries(1).get(0);
                if (next.position().compareTo(last) > 0) {
                    assertThat(next.prev()).isEqualTo(last);
                    chain.add(next.event().data());
                    last = next.position();
                }
            }
            assertThat(chain).isEqualTo(numbers(0, all));
        } finally {
            publisher.shutdownNow();
        }
    }

    // After close.

    @Test
    void afterCloseEveryStageFailsAndNoSinkIsCalled() {
        RecordingSink sink = follow(USER);

        backplane.close();
        backplane.close();

        assertClosed(backplane.append(USER, Event.of("event", "e"), Retention.DEFAULT, null));
        assertClosed(backplane.read(USER, Position.NONE, 1, 1));
        assertClosed(backplane.read(USER, null, 1, 1));
        assertClosed(backplane.follow(USER, sink).acknowledged());
        assertThat(sink.surplus()).isZero();
    }

    @Test
    void anInterestMayBeClosedAfterItsBackplane() {
        Interest interest = backplane.follow(USER, new RecordingSink());
        backplane.close();

        interest.close();
    }

    protected static void assertChained(Position start, List<Entry> entries) {
        Position before = start;
        for (Entry entry : entries) {
            assertThat(entry.prev()).isEqualTo(before);
            assertThat(entry.position()).isGreaterThan(before);
            before = entry.position();
        }
    }

    protected static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    protected RecordingSink follow(Topic topic) {
        RecordingSink sink = new RecordingSink();
        await(backplane.follow(topic, sink).acknowledged());
        return sink;
    }

    protected Position end(Topic topic) {
        return await(backplane.read(topic, null, 1, 1)).end();
    }

    protected Page readAll(Topic topic, Position after) {
        return await(backplane.read(topic, after, ALL, ALL));
    }

    protected Position append(Topic topic, String data) {
        return append(topic, Event.of("event", data));
    }

    protected Position append(Topic topic, Event event) {
        return await(backplane.append(topic, event, Retention.DEFAULT, null)).position();
    }

    protected List<Position> appendAll(Topic topic, int count) {
        return appendAll(topic, count, Retention.DEFAULT);
    }

    /** Appends 0, 1, 2 and so on. */
    protected List<Position> appendAll(Topic topic, int count, Retention retention) {
        return IntStream.range(0, count)
                .mapToObj(i -> await(backplane.append(topic, Event.of("event", "" + i), retention, null))
                        .position())
                .toList();
    }

    protected static List<String> data(Page page) {
        return page.entries().stream().map(entry -> entry.event().data()).toList();
    }

    protected static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static void assertClosed(CompletionStage<?> stage) {
        assertThatThrownBy(() -> stage.toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BroadcasterClosedException.class);
    }

    private interface Job<T> {
        Callable<T> of(int thread);
    }

    private static <T> List<T> inParallel(int threads, Job<T> job) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(pool.submit(job.of(thread)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get(60, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
