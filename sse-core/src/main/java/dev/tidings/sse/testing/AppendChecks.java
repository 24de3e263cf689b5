package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.GUILD;
import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.List;
import java.util.Map;

/** What is appended is what is read. */
final class AppendChecks {

    private AppendChecks() {}

    static List<Named> all() {
        return List.of(
                new Named("an event is read back whole", AppendChecks::anEventIsReadBackWhole),
                new Named("entries are read in the order of appending", AppendChecks::entriesAreReadInOrder),
                new Named("each entry names its predecessor", AppendChecks::eachEntryNamesItsPredecessor),
                new Named("topics are apart", AppendChecks::topicsAreApart),
                new Named("a publish says where its entry stands", AppendChecks::aPublishSaysWhereItsEntryStands));
    }

    private static void anEventIsReadBackWhole(BackplaneProbe logs) {
        Event event = new Event("type", "data \0 €\r\n", "key", Map.of("name", "value", "", " "));
        Position start = logs.end(USER);

        Position position = logs.append(USER, event);

        Expect.equal(
                "the log",
                List.of(new Entry(position, start, event)),
                logs.readAll(USER, start).entries());
    }

    private static void entriesAreReadInOrder(BackplaneProbe logs) {
        Position start = logs.end(USER);
        logs.appendAll(USER, 50);

        Expect.equal("the log", Expect.numbers(0, 50), BackplaneProbe.data(logs.readAll(USER, start)));
    }

    private static void eachEntryNamesItsPredecessor(BackplaneProbe logs) {
        Position start = logs.end(USER);
        logs.appendAll(USER, 50);
        logs.appendAll(GUILD, 3);
        logs.appendAll(USER, 3);

        List<Entry> entries = logs.readAll(USER, start).entries();

        Expect.equal("the number of entries", 53, entries.size());
        Expect.chain(start, entries);
    }

    private static void topicsAreApart(BackplaneProbe logs) {
        Position start = logs.end(USER);
        logs.append(GUILD, "g");
        logs.append(USER, "u");

        Expect.equal("the topic's log", List.of("u"), BackplaneProbe.data(logs.readAll(USER, start)));
    }

    private static void aPublishSaysWhereItsEntryStands(BackplaneProbe logs) {
        Published published = logs.append(USER, Event.of("event", "e"), Retention.DEFAULT, null);

        Expect.equal("the answer", new Published(logs.end(USER), false), published);
    }
}
