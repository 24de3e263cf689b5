package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.SMALL;
import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.ArrayList;
import java.util.List;

/** Pages are bounded, and join. */
final class PageChecks {

    private static final int ALL = 1_000_000;

    private PageChecks() {}

    static List<Named> all() {
        return List.of(
                new Named("a page holds at most so many entries, and the oldest", PageChecks::atMostSoManyEntries),
                new Named("a page holds at most so many bytes", PageChecks::atMostSoManyBytes),
                new Named("a page holds one entry, however large", PageChecks::oneEntryHoweverLarge),
                new Named("pages join without a seam", PageChecks::pagesJoinWithoutASeam),
                new Named("a trimmed page is bounded, too", PageChecks::aTrimmedPageIsBoundedToo));
    }

    private static void atMostSoManyEntries(BackplaneProbe logs) {
        Position start = logs.end(USER);
        List<Position> positions = logs.appendAll(USER, 10);

        Page page = logs.read(USER, start, 4, ALL);

        Expect.equal("the page", Expect.numbers(0, 4), BackplaneProbe.data(page));
        Expect.equal("the end", positions.get(9), page.end());
    }

    private static void atMostSoManyBytes(BackplaneProbe logs) {
        Position start = logs.end(USER);
        for (int i = 0; i < 10; i++) {
            logs.append(USER, "x".repeat(100));
        }

        Expect.equal(
                "the entries in 350 bytes",
                3,
                logs.read(USER, start, ALL, 350).entries().size());
    }

    private static void oneEntryHoweverLarge(BackplaneProbe logs) {
        Position start = logs.end(USER);
        logs.append(USER, "x".repeat(1000));
        logs.append(USER, "y");

        Expect.equal("the page", List.of("x".repeat(1000)), BackplaneProbe.data(logs.read(USER, start, ALL, 1)));
    }

    private static void pagesJoinWithoutASeam(BackplaneProbe logs) {
        Position start = logs.end(USER);
        List<Position> positions = logs.appendAll(USER, 50);
        List<Entry> all = new ArrayList<>();

        for (Position from = start; !from.equals(positions.get(49)); from = last(all)) {
            Page page = logs.read(USER, from, 7, ALL);
            Expect.equal("the verdict at " + from, Verdict.CONTIGUOUS, page.verdict());
            Expect.that(!page.entries().isEmpty(), "entries after " + from, "none");
            all.addAll(page.entries());
        }

        Expect.equal("all pages", logs.readAll(USER, start).entries(), all);
    }

    private static void aTrimmedPageIsBoundedToo(BackplaneProbe logs) {
        logs.appendAll(USER, 20, SMALL);

        Page page = logs.read(USER, Position.NONE, 5, ALL);

        Expect.equal("the page", Expect.numbers(4, 9), BackplaneProbe.data(page));
    }

    private static Position last(List<Entry> entries) {
        return entries.get(entries.size() - 1).position();
    }
}
