package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.GUILD;
import static dev.tidings.sse.testing.BackplaneContract.SMALL;
import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.List;

/** A key is good for one entry. */
final class IdempotencyChecks {

    private static final String KEY = "key";

    private IdempotencyChecks() {}

    static List<Named> all() {
        return List.of(
                new Named("the same key twice is one entry", IdempotencyChecks::theSameKeyTwiceIsOneEntry),
                new Named("a key counts for its topic alone", IdempotencyChecks::aKeyCountsForItsTopicAlone),
                new Named("a key outlives its entry", IdempotencyChecks::aKeyOutlivesItsEntry));
    }

    private static void theSameKeyTwiceIsOneEntry(BackplaneProbe logs) {
        RecordingSink sink = logs.follow(USER);
        Position start = logs.end(USER);
        Published first = logs.append(USER, Event.of("event", "a"), Retention.DEFAULT, KEY);
        logs.append(USER, "between");

        Published again = logs.append(USER, Event.of("event", "b"), Retention.DEFAULT, KEY);

        Expect.equal("the second answer", new Published(first.position(), true), again);
        Expect.equal("the log", List.of("a", "between"), BackplaneProbe.data(logs.readAll(USER, start)));
        logs.append(USER, "last");
        Expect.equal("what was seen", List.of("a", "between", "last"), sink.take(3));
    }

    private static void aKeyCountsForItsTopicAlone(BackplaneProbe logs) {
        logs.append(USER, Event.of("event", "e"), Retention.DEFAULT, KEY);

        Published other = logs.append(GUILD, Event.of("event", "e"), Retention.DEFAULT, KEY);

        Expect.that(!other.duplicate(), "no duplicate in the other topic", other);
    }

    private static void aKeyOutlivesItsEntry(BackplaneProbe logs) {
        Published first = logs.append(USER, Event.of("event", "e"), SMALL, KEY);
        logs.appendAll(USER, 30, SMALL);

        Published again = logs.append(USER, Event.of("event", "e"), SMALL, KEY);

        Expect.equal("the second answer", new Published(first.position(), true), again);
    }
}
