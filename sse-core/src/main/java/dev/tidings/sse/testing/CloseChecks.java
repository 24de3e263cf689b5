package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.List;

/** Nothing happens after close. */
final class CloseChecks {

    private CloseChecks() {}

    static List<Named> all() {
        return List.of(
                new Named(
                        "after close every stage fails, and no sink is called",
                        CloseChecks::everyStageFailsAndNoSinkIsCalled),
                new Named("an interest may be closed after its backplane", CloseChecks::anInterestMayBeClosedLater));
    }

    private static void everyStageFailsAndNoSinkIsCalled(BackplaneProbe logs) throws InterruptedException {
        Backplane backplane = logs.backplane();
        RecordingSink sink = logs.follow(USER);

        backplane.close();
        backplane.close();

        Expect.closed("an append", backplane.append(USER, Event.of("event", "e"), Retention.DEFAULT, null));
        Expect.closed("a read", backplane.read(USER, Position.NONE, 1, 1));
        Expect.closed("a read of the end", backplane.read(USER, null, 1, 1));
        Expect.closed("an acknowledgement", backplane.follow(USER, sink).acknowledged());
        Expect.equal("the entries", 0, sink.surplus());
    }

    private static void anInterestMayBeClosedLater(BackplaneProbe logs) {
        Interest interest = logs.backplane().follow(USER, new RecordingSink());
        logs.backplane().close();

        interest.close();
    }
}
