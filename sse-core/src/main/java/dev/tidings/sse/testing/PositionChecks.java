package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.GUILD;
import static dev.tidings.sse.testing.BackplaneContract.SMALL;
import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Position;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.List;

/** The table of positions, at {@link Verdict}. */
final class PositionChecks {

    private PositionChecks() {}

    static List<Named> all() {
        return List.of(
                new Named("an entry is contiguous with the next", PositionChecks::anEntryIsContiguousWithTheNext),
                new Named("the end is contiguous with nothing", PositionChecks::theEndIsContiguousWithNothing),
                new Named(
                        "an empty topic has an end from which nothing is missed", PositionChecks::anEmptyTopicHasAnEnd),
                new Named("the end alone is read without entries", PositionChecks::theEndAloneIsReadWithoutEntries),
                new Named(
                        "the predecessor of the oldest retained is contiguous",
                        PositionChecks::thePredecessorOfTheOldestIsContiguous),
                new Named(
                        "what is older was trimmed, and all that is retained follows",
                        PositionChecks::whatIsOlderWasTrimmed),
                new Named("none asks for all that is retained", PositionChecks::noneAsksForAllThatIsRetained),
                new Named("a position ahead of the end is reset", PositionChecks::aPositionAheadOfTheEndIsReset),
                new Named(
                        "a position between entries is reset, and only later entries follow",
                        PositionChecks::aPositionBetweenEntriesIsReset),
                new Named(
                        "positions of another topic are not contiguous",
                        PositionChecks::positionsOfAnotherTopicAreNotContiguous));
    }

    private static void anEntryIsContiguousWithTheNext(BackplaneProbe logs) {
        List<Position> positions = logs.appendAll(USER, 5);

        Page page = logs.readAll(USER, positions.get(1));

        expect(page, Verdict.CONTIGUOUS, List.of("2", "3", "4"));
        Expect.equal("the end", positions.get(4), page.end());
    }

    private static void theEndIsContiguousWithNothing(BackplaneProbe logs) {
        List<Position> positions = logs.appendAll(USER, 5);
        Position end = positions.get(4);

        Expect.equal("the page", new Page(Verdict.CONTIGUOUS, List.of(), end), logs.readAll(USER, end));
    }

    private static void anEmptyTopicHasAnEnd(BackplaneProbe logs) {
        Position start = logs.end(USER);
        Expect.equal("the page", new Page(Verdict.CONTIGUOUS, List.of(), start), logs.readAll(USER, start));

        logs.append(USER, "first");

        expect(logs.readAll(USER, start), Verdict.CONTIGUOUS, List.of("first"));
    }

    private static void theEndAloneIsReadWithoutEntries(BackplaneProbe logs) {
        List<Position> positions = logs.appendAll(USER, 5);

        Expect.equal(
                "the page", new Page(Verdict.CONTIGUOUS, List.of(), positions.get(4)), logs.read(USER, null, 10, 1000));
    }

    private static void thePredecessorOfTheOldestIsContiguous(BackplaneProbe logs) {
        List<Position> positions = logs.appendAll(USER, 20, SMALL);

        expect(logs.readAll(USER, positions.get(3)), Verdict.CONTIGUOUS, Expect.numbers(4, 20));
    }

    private static void whatIsOlderWasTrimmed(BackplaneProbe logs) {
        Position start = logs.end(USER);
        List<Position> positions = logs.appendAll(USER, 20, SMALL);

        for (Position older : List.of(start, positions.get(0), positions.get(2))) {
            Page page = logs.readAll(USER, older);

            expect(page, Verdict.TRIMMED, Expect.numbers(4, 20));
            Expect.equal(
                    "prev of the oldest",
                    positions.get(3),
                    page.entries().get(0).prev());
        }
    }

    private static void noneAsksForAllThatIsRetained(BackplaneProbe logs) {
        logs.appendAll(USER, 5);

        Page page = logs.readAll(USER, Position.NONE);

        Expect.that(page.verdict() != Verdict.CONTIGUOUS, "another verdict than CONTIGUOUS", page.verdict());
        Expect.equal("the page", Expect.numbers(0, 5), BackplaneProbe.data(page));
    }

    private static void aPositionAheadOfTheEndIsReset(BackplaneProbe logs) {
        List<Position> positions = logs.appendAll(USER, 5);
        Position end = positions.get(4);

        for (long ahead : new long[] {end.value() + 1, Long.MAX_VALUE}) {
            Expect.equal("the page", new Page(Verdict.RESET, List.of(), end), logs.readAll(USER, new Position(ahead)));
        }
    }

    private static void aPositionBetweenEntriesIsReset(BackplaneProbe logs) {
        Position first = logs.append(USER, "first");
        logs.passTime();
        Position second = logs.append(USER, "second");
        logs.append(USER, "third");
        Expect.that(second.value() - first.value() > 1, "room between " + first + " and the next entry", second);

        Page page = logs.readAll(USER, new Position(second.value() - 1));

        expect(page, Verdict.RESET, List.of("second", "third"));
    }

    private static void positionsOfAnotherTopicAreNotContiguous(BackplaneProbe logs) {
        logs.append(USER, "u");
        logs.passTime();
        Position other = logs.append(GUILD, "g");
        logs.passTime();
        logs.append(USER, "u");

        Expect.equal("the verdict", Verdict.RESET, logs.readAll(USER, other).verdict());
    }

    private static void expect(Page page, Verdict verdict, List<String> data) {
        Expect.equal("the verdict", verdict, page.verdict());
        Expect.equal("the page", data, BackplaneProbe.data(page));
    }
}
