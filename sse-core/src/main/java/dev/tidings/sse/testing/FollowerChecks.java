package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.GUILD;
import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.List;

/** Followers see what is appended after their acknowledgement. */
final class FollowerChecks {

    private FollowerChecks() {}

    static List<Named> all() {
        return List.of(
                new Named("a follower sees every entry in log order", FollowerChecks::everyEntryInLogOrder),
                new Named(
                        "a follower sees its topic only, and what comes after only",
                        FollowerChecks::itsTopicOnlyAndWhatComesAfterOnly),
                new Named("a topic may have several followers", FollowerChecks::aTopicMayHaveSeveralFollowers),
                new Named(
                        "a follower knows the status by its acknowledgement",
                        FollowerChecks::knowsTheStatusByItsAcknowledgement),
                new Named(
                        "who closes its interest sees nothing more, and others do",
                        FollowerChecks::whoClosesItsInterestSeesNothingMore));
    }

    private static void everyEntryInLogOrder(BackplaneProbe logs) {
        RecordingSink sink = logs.follow(USER);
        Position start = logs.end(USER);
        logs.appendAll(USER, 100);

        List<Entry> seen = sink.takeEntries(100);

        Expect.equal("what was seen", logs.readAll(USER, start).entries(), seen);
    }

    private static void itsTopicOnlyAndWhatComesAfterOnly(BackplaneProbe logs) {
        logs.append(USER, "before");
        RecordingSink sink = logs.follow(USER);
        logs.append(GUILD, "other");
        logs.append(USER, "after");

        Expect.equal("what was seen", List.of("after"), sink.take(1));
        Expect.equal("the surplus", 0, sink.surplus());
    }

    private static void aTopicMayHaveSeveralFollowers(BackplaneProbe logs) {
        RecordingSink first = logs.follow(USER);
        RecordingSink second = logs.follow(USER);
        logs.append(USER, "e");

        Expect.equal("what the first saw", List.of("e"), first.take(1));
        Expect.equal("what the second saw", List.of("e"), second.take(1));
    }

    private static void knowsTheStatusByItsAcknowledgement(BackplaneProbe logs) {
        RecordingSink first = logs.follow(USER);
        RecordingSink second = logs.follow(USER);

        Expect.equal("the status that the first was told", Status.FRESH, first.status());
        Expect.equal("the status that the second was told", Status.FRESH, second.status());
    }

    private static void whoClosesItsInterestSeesNothingMore(BackplaneProbe logs) {
        RecordingSink leaving = new RecordingSink();
        Interest interest = logs.backplane().follow(USER, leaving);
        BackplaneProbe.await(interest.acknowledged());
        RecordingSink staying = logs.follow(USER);

        interest.close();
        interest.close();
        logs.append(USER, "e");

        Expect.equal("what the one that stays saw", List.of("e"), staying.take(1));
        Expect.equal("the entries for the one that left", 0, leaving.surplus());
    }
}
