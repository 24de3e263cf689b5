package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Page.Verdict;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.time.Duration;
import java.util.List;

/** What becomes of entries, keys and topics as time goes by. For backplanes whose clock the test can move. */
final class AgeChecks {

    private static final Retention MINUTE = Retention.DEFAULT.maxAge(Duration.ofMinutes(1));

    private AgeChecks() {}

    static List<Named> all() {
        return List.of(
                new Named("what is too old is trimmed", AgeChecks::whatIsTooOldIsTrimmed),
                new Named("a key is known for 24 hours", AgeChecks::aKeyIsKnownFor24Hours),
                new Named("a topic that is followed is not forgotten", AgeChecks::aFollowedTopicIsNotForgotten));
    }

    private static void whatIsTooOldIsTrimmed(BackplaneProbe logs) {
        Position start = logs.end(USER);
        List<Position> old = logs.appendAll(USER, 3, MINUTE);
        logs.advance(Duration.ofSeconds(31));
        logs.append(USER, Event.of("event", "young"), MINUTE, null);
        logs.advance(Duration.ofSeconds(31));

        Page page = logs.readAll(USER, start);

        Expect.equal("the verdict", Verdict.TRIMMED, page.verdict());
        Expect.equal("the page", List.of("young"), BackplaneProbe.data(page));
        Expect.equal(
                "the verdict on the last that is too old",
                Verdict.CONTIGUOUS,
                logs.readAll(USER, old.get(2)).verdict());
    }

    private static void aKeyIsKnownFor24Hours(BackplaneProbe logs) {
        Published first = logs.append(USER, Event.of("event", "e"), MINUTE, "key");
        logs.advance(Duration.ofHours(24).minusSeconds(1));

        Published again = logs.append(USER, Event.of("event", "e"), MINUTE, "key");

        Expect.equal("the second answer", new Published(first.position(), true), again);
    }

    private static void aFollowedTopicIsNotForgotten(BackplaneProbe logs) {
        logs.follow(USER);
        List<Position> positions = logs.appendAll(USER, 3, MINUTE);
        logs.advance(Duration.ofHours(2));
        logs.append(USER, "after");

        Page page = logs.readAll(USER, positions.get(2));

        Expect.equal("the verdict", Verdict.CONTIGUOUS, page.verdict());
        Expect.equal("the page", List.of("after"), BackplaneProbe.data(page));
    }
}
