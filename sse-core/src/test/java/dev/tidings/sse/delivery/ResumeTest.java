package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cursor is answered with, row by row. */
class ResumeTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");
    private static final Retention SMALL =
            Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES).maxAge(Duration.ofMinutes(1));

    private final ManualClock time = new ManualClock();
    private final SteppedNode node = node(1);

    // A position that the log knows.

    @Test
    void fromAnEntryTheNextOnesFollow() {
        List<Position> positions = publish(USER, 5);

        assertThat(resume(at(positions.get(1)), USER)).containsExactly(opened(true), "2", "3", "4");
    }

    @Test
    void fromTheEndNothingFollowsUntilSomethingIsPublished() {
        List<Position> positions = publish(USER, 5);
        RecordingConnection connection = node.connect(at(positions.get(4)), USER);

        assertThat(connection.takeData()).containsExactly(opened(true));
        node.publish(USER, "next");
        node.settle();
        assertThat(connection.takeData()).containsExactly("next");
    }

    @Test
    void thePredecessorOfTheOldestRetainedMissesNothing() {
        List<Position> positions = publish(USER, 20);

        List<String> received = resume(at(positions.get(3)), USER);

        assertThat(received).hasSize(17).doesNotContain(gap(USER, "trimmed"));
        assertThat(received.get(1)).isEqualTo("4");
    }

    @Test
    void streamOpenCarriesTheCursorThatWasGiven() {
        List<Position> positions = publish(USER, 5);
        String given = at(positions.get(1));

        assertThat(node.connect(given, USER).take().get(0).lastEventId()).isEqualTo(given);
    }

    // Older.

    @Test
    void anOlderPositionWasTrimmedAndAllThatIsRetainedFollows() {
        List<Position> positions = publish(USER, 20);

        List<String> received = resume(at(positions.get(2)), USER);

        assertThat(received).hasSize(18).startsWith(opened(true), gap(USER, "trimmed"), "4");
        assertThat(received).endsWith("19");
    }

    @Test
    void whatIsTooOldWasTrimmed() {
        List<Position> positions = publish(USER, 3);
        node.connect(USER); // or the topic might be forgotten, too
        time.advance(Duration.ofMinutes(2));

        assertThat(resume(at(positions.get(0)), USER)).containsExactly(opened(true), gap(USER, "trimmed"));
        assertThat(resume(at(positions.get(2)), USER)).containsExactly(opened(true));
    }

    @Test
    void theGapsOwnIdResumesWithoutAnotherGap() {
        List<Position> positions = publish(USER, 20);
        ServerSentEvent gap = node.connect(at(positions.get(0)), USER).take().get(1);
        assertThat(gap.type()).isEqualTo("stream.gap");

        List<String> received = resume(gap.lastEventId(), USER);

        assertThat(received).hasSize(17).doesNotContain(gap(USER, "trimmed"));
        assertThat(received.get(1)).isEqualTo("4");
    }

    @Test
    void whoOnlyGotStreamOpenIsToldTheGapTheNextTime() {
        List<Position> positions = publish(USER, 20);
        ServerSentEvent open = node.connect(at(positions.get(0)), USER).take().get(0);

        assertThat(resume(open.lastEventId(), USER)).startsWith(opened(true), gap(USER, "trimmed"), "4");
    }

    @Test
    void aForgottenTopicWasTrimmed() {
        List<Position> positions = publish(USER, 3);
        time.advance(Duration.ofHours(2));
        for (int i = 0; i < 10; i++) {
            node.publish(Topic.of("sweep", "" + i), "");
        }
        time.advance(Duration.ofHours(2));
        publish(USER, 1);

        assertThat(resume(at(positions.get(0)), USER)).containsExactly(opened(true), gap(USER, "trimmed"), "0");
    }

    // Not of this log.

    @Test
    void aPositionAheadOfTheEndIsReset() {
        List<Position> positions = publish(USER, 3);
        RecordingConnection connection =
                node.connect(at(new Position(positions.get(2).value() + 1)), USER);
        assertThat(connection.takeData()).containsExactly(opened(true), gap(USER, "reset"));

        node.publish(USER, "next");
        node.settle();

        assertThat(connection.takeData()).containsExactly("next");
        assertThat(resume(connection.lastEventId(), USER)).containsExactly(opened(true));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE})
    void aForgedPositionCausesAGapAtMost(long forged) {
        publish(USER, 3);

        List<String> received = resume(at(new Position(forged)), USER);

        assertThat(received.get(1)).startsWith("stream.gap");
        assertThat(received.subList(2, received.size())).isSubsetOf("0", "1", "2");
    }

    @Test
    void aPositionBetweenEntriesIsResetAndOnlyLaterOnesFollow() {
        node.publish(USER, "earlier");
        time.advance(Duration.ofMillis(5));
        Position later = node.publish(USER, "later");

        assertThat(resume(at(new Position(later.value() - 1)), USER))
                .containsExactly(opened(true), gap(USER, "reset"), "later");
    }

    @Test
    void aCursorOfAnotherLogIsResetAndAllThatIsRetainedFollows() {
        SteppedNode restarted = node(2);
        RecordingConnection before = node.connect(USER);
        publish(USER, 3);
        for (int i = 0; i < 20; i++) {
            restarted.publish(USER, "new " + i);
        }

        RecordingConnection after = restarted.connect(before.lastEventId(), USER);

        List<String> received = after.takeData();
        assertThat(received)
                .hasSize(18)
                .startsWith(opened(true), gap(USER, "reset"), "new 4")
                .endsWith("new 19");
        assertThat(restarted.connect(after.lastEventId(), USER).takeData()).containsExactly(opened(true));
    }

    @Test
    void everyTopicOfACursorOfAnotherLogIsReset() {
        SteppedNode restarted = node(2);
        RecordingConnection before = node.connect(USER, GUILD);
        restarted.publish(GUILD, "new");

        assertThat(restarted.connect(before.lastEventId(), USER, GUILD).takeData())
                .containsExactly(opened(true), gap(USER, "reset"), gap(GUILD, "reset"), "new");
    }

    @Test
    void theGapOfAnotherLogIsToldOnce() {
        SteppedNode restarted = node(2);
        restarted.publish(USER, "new");
        ServerSentEvent gap =
                restarted.connect(node.connect(USER).lastEventId(), USER).take().get(1);

        assertThat(restarted.connect(gap.lastEventId(), USER).takeData()).containsExactly(opened(true), "new");
    }

    @Test
    void whoOnlyGotStreamOpenOfAnotherLogIsToldAGapTheNextTime() {
        SteppedNode restarted = node(2);
        restarted.publish(USER, "new");
        ServerSentEvent open =
                restarted.connect(node.connect(USER).lastEventId(), USER).take().get(0);

        List<String> received = restarted.connect(open.lastEventId(), USER).takeData();

        assertThat(received.get(1)).startsWith("stream.gap");
        assertThat(received).hasSize(3).endsWith("new");
    }

    // Not in the cursor, or no cursor.

    @Test
    void withoutACursorReadingBeginsAtTheEnd() {
        publish(USER, 3);

        assertThat(resume(null, USER)).containsExactly(opened(false));
        assertThat(resume("", USER)).containsExactly(opened(false));
    }

    @Test
    void aTopicThatTheCursorDoesNotNameBeginsAtItsEndWithoutAGap() {
        List<Position> positions = publish(USER, 3);
        publish(GUILD, 3);

        assertThat(resume(at(positions.get(1)), USER, GUILD))
                .containsExactly("stream.open{\"heartbeat\":15000,\"resumed\":true,\"new\":[\"guild:7\"]}", "2");
    }

    @Test
    void aTopicThatIsNewInACursorOfAnotherLogBeginsAtItsEnd() {
        SteppedNode restarted = node(2);
        restarted.publish(USER, "u");
        restarted.publish(GUILD, "g");

        assertThat(restarted
                        .connect(node.connect(USER).lastEventId(), USER, GUILD)
                        .takeData())
                .containsExactly(
                        "stream.open{\"heartbeat\":15000,\"resumed\":true,\"new\":[\"guild:7\"]}",
                        gap(USER, "reset"),
                        "u");
    }

    @Test
    void aTopicThatIsNoLongerAskedForIsNotSent() {
        RecordingConnection both = node.connect(USER, GUILD);
        publish(USER, 1);
        publish(GUILD, 1);

        assertThat(resume(both.lastEventId(), GUILD)).containsExactly(opened(true), "0");
        assertThat(both.lastEventId()).isNotEmpty();
    }

    // Unreadable.

    @ParameterizedTest
    @ValueSource(strings = {"x", "AQAA", "not a cursor", "1526919030474-55", "Ab7vL2t7ggGLz-VoAAAH="})
    void anUnreadableCursorIsOneGapForEachTopicFromTheEnd(String cursor) {
        publish(USER, 3);
        publish(GUILD, 3);
        RecordingConnection connection = node.connect(cursor, USER, GUILD);
        assertThat(connection.takeData())
                .containsExactly(opened(false), gap(USER, "bad-cursor"), gap(GUILD, "bad-cursor"));

        node.publish(GUILD, "next");
        node.settle();

        assertThat(connection.takeData()).containsExactly("next");
        assertThat(resume(connection.lastEventId(), USER, GUILD)).containsExactly(opened(true));
    }

    // While it goes on.

    @Test
    void aGapOfOneTopicLeavesTheOthersWhole() {
        RecordingConnection first = node.connect(USER, GUILD);
        first.disconnect();
        publish(USER, 20);
        publish(GUILD, 3);

        List<String> received = resume(first.lastEventId(), USER, GUILD);

        assertThat(received).contains(gap(USER, "trimmed"), "1").doesNotContain(gap(GUILD, "trimmed"));
        assertThat(received).hasSize(1 + 1 + 16 + 3);
    }

    @Test
    void everyIdOfAGapAndWhatFollowsResumesExactlyThere() {
        List<Position> positions = publish(USER, 20);
        List<ServerSentEvent> all = node.connect(at(positions.get(0)), USER).take();

        for (int i = 1; i < all.size(); i++) {
            List<String> rest = all.subList(i + 1, all.size()).stream()
                    .map(ServerSentEvent::data)
                    .toList();
            List<String> resumed = resume(all.get(i).lastEventId(), USER);
            assertThat(resumed.subList(1, resumed.size())).as("from block " + i).isEqualTo(rest);
        }
    }

    @Test
    void whoAsksForLittleMeetsNoGapForWhatItDoesNotAskFor() {
        Access.Granted wanted = Access.to(USER).filter(event -> event.data().equals("wanted"));
        RecordingConnection connection = node.connect(null, wanted);
        connection.take();
        for (int i = 0; i < 20; i++) {
            node.publish(USER, "" + i);
            node.settle();
        }
        time.advance(Duration.ofSeconds(15));
        node.settle();
        assertThat(connection.takeData()).containsExactly("stream.cursor{}");

        node.publish(USER, "wanted");
        assertThat(node.connect(connection.lastEventId(), wanted).takeData()).containsExactly(opened(true), "wanted");
    }

    @Test
    void whoWasTooSlowAndGoesBeforeReadingTheGapIsToldItTheNextTime() {
        RecordingConnection slow = node.connect(USER);
        slow.take();
        slow.stopReading();
        publish(USER, 20);
        node.settle();
        slow.disconnect();

        assertThat(resume(slow.lastEventId(), USER)).startsWith(opened(true), gap(USER, "trimmed"), "4");
    }

    @Test
    void aLongReplayComesInOrderThroughManyPagesAndWrites() {
        SteppedNode large = new SteppedNode(
                settings -> settings.withRetention("", Retention.DEFAULT.maxEntries(2_000)),
                time,
                new ScriptedBackplane(new MemoryBackplane(time), 1));
        RecordingConnection first = large.connect(USER);
        first.disconnect();
        large.settle();
        for (int i = 0; i < 1_500; i++) {
            large.publish(USER, i + " " + "x".repeat(200));
        }

        List<String> received = large.connect(first.lastEventId(), USER).takeData();

        assertThat(received).hasSize(1_501);
        for (int i = 0; i < 1_500; i++) {
            assertThat(received.get(i + 1)).startsWith(i + " ");
        }
    }

    private SteppedNode node(int logTag) {
        return new SteppedNode(
                settings -> settings.withRetention("", SMALL),
                time,
                new ScriptedBackplane(new MemoryBackplane(time), logTag));
    }

    /** Publishes 0, 1, 2 and so on. */
    private List<Position> publish(Topic topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> node.publish(topic, "" + i))
                .toList();
    }

    /** The cursor of a subscription of {@link #USER} alone. */
    private String at(Position position) {
        return CursorLayout.of(List.of(USER), node.backplane.logTag()).encodeText(new long[] {position.value()});
    }

    private List<String> resume(String lastEventId, Topic... topics) {
        return node.connect(lastEventId, Access.to(topics)).takeData();
    }

    private static String opened(boolean resumed) {
        return "stream.open{\"heartbeat\":15000,\"resumed\":" + resumed + ",\"new\":[]}";
    }

    private static String gap(Topic topic, String reason) {
        return "stream.gap{\"topic\":\"" + topic + "\",\"reason\":\"" + reason + "\"}";
    }
}
