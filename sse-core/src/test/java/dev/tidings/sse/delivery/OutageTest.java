package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of streams while their backplane is far away, absent, or not what it was. */
class OutageTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");
    private static final String STALE = "stream.status{\"state\":\"stale\"}";
    private static final String FRESH = "stream.status{\"state\":\"fresh\"}";
    private static final String TRIMMED = "stream.gap{\"topic\":\"user:42\",\"reason\":\"trimmed\"}";
    private static final String RESET = "stream.gap{\"topic\":\"user:42\",\"reason\":\"reset\"}";

    private final ManualClock time = new ManualClock();
    private final ScriptedBackplane backplane = new ScriptedBackplane(new MemoryBackplane(time), 0);
    private final SteppedNode node =
            new SteppedNode(settings -> settings.withRetention("", Retention.DEFAULT.maxEntries(32)), time, backplane);

    // Opening.

    @Test
    void aStreamThatOpensDuringAnOutageIsToldSoAndGetsHeartbeatsButNoId() {
        goAway();

        RecordingConnection connection = node.connect(USER);
        node.advance(Duration.ofSeconds(15));
        node.advance(Duration.ofSeconds(15));

        List<ServerSentEvent> messages = connection.take();
        assertThat(messages).extracting(ServerSentEvent::type).containsExactly("stream.status");
        assertThat(connection.heartbeats()).isEqualTo(2);
        assertThat(connection.lastEventId()).isEmpty();
    }

    @Test
    void itOpensWhenTheBackplaneIsBack() {
        goAway();
        RecordingConnection connection = node.connect(USER);
        assertThat(connection.takeData()).containsExactly(STALE);

        comeBack();
        node.publish(USER, "e");
        node.settle();

        assertThat(connection.takeData())
                .containsExactlyInAnyOrder(FRESH, "stream.open{\"heartbeat\":15000,\"resumed\":false,\"new\":[]}", "e")
                .endsWith("e");
    }

    @Test
    void aStreamThatResumesDuringAnOutageMissesNothing() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.publish(USER, "missed");
        node.settle();
        goAway();

        RecordingConnection second = node.connect(first.lastEventId(), USER);
        assertThat(second.takeData()).containsExactly(STALE);
        comeBack();
        node.publish(USER, "after");
        node.settle();

        List<String> received = second.takeData();
        assertThat(received.subList(received.size() - 2, received.size())).containsExactly("missed", "after");
    }

    @Test
    void anOpenStreamIsToldOfTheOutageOnce() {
        RecordingConnection connection = node.connect(USER, GUILD);
        connection.take();

        backplane.announce(Status.STALE);
        node.settle();
        backplane.announce(Status.STALE);
        node.settle();
        assertThat(connection.takeData()).containsExactly(STALE);

        backplane.announce(Status.FRESH);
        node.settle();
        assertThat(connection.takeData()).containsExactly(FRESH);
    }

    @Test
    void whatIsPublishedBetweenFollowingAndTheAcknowledgementIsNotMissed() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.settle();
        backplane.holdAcknowledgements();
        RecordingConnection second = node.connect(first.lastEventId(), USER);
        node.publish(USER, "before the acknowledgement");

        backplane.releaseAcknowledgements();
        node.publish(USER, "after it");
        node.settle();

        assertThat(second.takeData()).endsWith("before the acknowledgement", "after it");
    }

    @Test
    void whatIsPublishedWhileTheEndIsAskedForIsNotMissed() {
        backplane.holdReads();
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "meanwhile");
        node.settle();
        backplane.releaseReads();
        node.settle();
        node.publish(USER, "later");
        node.settle();

        assertThat(connection.takeData()).endsWith("meanwhile", "later");
    }

    @Test
    void anEndThatCannotBeReadIsAskedForAgain() {
        backplane.failNextReads(3);
        RecordingConnection connection = node.connect(USER);
        assertThat(connection.takeData()).isEmpty();

        for (int i = 0; i < 3; i++) {
            node.advance(Duration.ofMillis(500));
        }

        assertThat(connection.take()).extracting(ServerSentEvent::type).containsExactly("stream.open");
    }

    @Test
    void aPeerThatLeavesDuringTheOutageIsForgotten() {
        goAway();
        RecordingConnection connection = node.connect(USER);
        connection.take();
        connection.disconnect();
        node.settle();

        comeBack();
        node.publish(USER, "e");
        node.settle();

        assertThat(connection.takeData()).isEmpty();
        assertThat(node.delivery.metrics().activeConnections()).isZero();
        assertThat(node.loop().topic(USER)).isNull();
    }

    @Test
    void whoComesDuringTheOutageMayBeRevokedMeanwhile() {
        goAway();
        RecordingConnection connection = node.connect(null, Access.to(USER).principal("42"));
        node.delivery.revoke(Revocation.principal("42"));

        comeBack();

        assertThat(connection.take())
                .extracting(ServerSentEvent::type)
                .contains("stream.close")
                .doesNotContain("stream.open");
        assertThat(connection.state()).isEqualTo(RecordingConnection.State.ENDED);
    }

    // Access.

    /** What is published comes at once, what was revoked has yet to be read: the order of arrival must not matter. */
    @Test
    void nothingIsDeliveredAfterAnOutageBeforeItIsKnownWhoWasRevoked() {
        RecordingConnection revoked = node.connect(null, Access.to(USER).principal("42"));
        RecordingConnection another = node.connect(null, Access.to(USER).principal("43"));
        revoked.take();
        another.take();
        backplane.loseEntries(true);
        backplane.goAway();
        node.settle();
        revokeElsewhere("42");
        backplane.loseEntries(false);

        backplane.holdReads();
        backplane.comeBack();
        node.publish(USER, "secret");
        node.settle();
        assertThat(revoked.takeData()).containsExactly(STALE, FRESH);
        assertThat(another.takeData()).containsExactly(STALE, FRESH);

        backplane.releaseAll();
        node.settle();
        assertThat(revoked.takeData()).containsExactly("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
        assertThat(another.takeData()).containsExactly("secret");
    }

    @Test
    void inWhateverOrderThingsComeBackNothingIsDeliveredToWhoWasRevoked() {
        for (int seed = 0; seed < 100; seed++) {
            OutageTest run = new OutageTest();
            run.comeBackInSomeOrder(new Random(seed));
        }
    }

    private void comeBackInSomeOrder(Random order) {
        RecordingConnection revoked = node.connect(null, Access.to(USER, GUILD).principal("42"));
        revoked.take();
        backplane.goAway();
        node.settle();
        revokeElsewhere("42");
        node.advance(Duration.ofSeconds(1));
        backplane.logs().append(USER, Event.of("event", "secret"), Retention.DEFAULT, null);
        backplane.logs().append(GUILD, Event.of("event", "secret"), Retention.DEFAULT, null);

        backplane.holdReads();
        backplane.holdEntries();
        backplane.comeBack();
        backplane.diverge();
        node.settle();
        while (backplane.isHolding()) {
            backplane.releaseOne(order);
            node.settle();
        }

        assertThat(revoked.takeData())
                .doesNotContain("secret")
                .endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
    }

    @Test
    void aStreamWhoseAccessCannotBeWithdrawnIsToldThatItIsStale() {
        ControlAwayBackplane partly = new ControlAwayBackplane(new MemoryBackplane(time));
        SteppedNode far = new SteppedNode(settings -> settings, time, partly);
        RecordingConnection connection = far.connect(USER);
        connection.take();

        partly.announceToControl(Status.STALE);
        far.settle();
        far.publish(USER, "meanwhile");
        far.settle();
        assertThat(connection.takeData()).containsExactly(STALE);

        partly.announceToControl(Status.FRESH);
        far.settle();
        assertThat(connection.takeData()).containsExactly(FRESH, "meanwhile");
    }

    @Test
    void whoWasDecidedOnDuringTheOutageIsCheckedAgainstWhatWasRevokedInIt() {
        goAway();
        backplane.diverge();
        node.settle();
        StreamRequest.Decision decision = node.delivery.streams().beginDecision();
        revokeElsewhere("42");
        comeBack();

        RecordingConnection late = open(Access.to(USER).principal("42"), decision);

        assertThat(late.take()).extracting(ServerSentEvent::type).containsExactly("stream.close");
    }

    @Test
    void whoWasDecidedOnDuringTheOutageOpensIfNothingWasRevokedInIt() {
        revokeElsewhere("someone");
        node.settle();
        node.delivery.streams().beginDecision();
        goAway();
        backplane.diverge();
        node.settle();
        StreamRequest.Decision decision = node.delivery.streams().beginDecision();
        comeBack();

        RecordingConnection late = open(Access.to(USER).principal("42"), decision);

        assertThat(late.take()).extracting(ServerSentEvent::type).containsExactly("stream.open");
    }

    @Test
    void whoWasDecidedOnBeforeTheBackplaneWasEverReachedOpensUnlessRevoked() {
        ScriptedBackplane late = new ScriptedBackplane(new MemoryBackplane(time), 0);
        late.goAway();
        SteppedNode far = new SteppedNode(settings -> settings, time, late);
        StreamRequest.Decision decision = far.delivery.streams().beginDecision();
        late.logs().append(Topic.control(), revocation("42"), Retention.DEFAULT, null);
        late.comeBack();
        far.settle();
        time.advance(Duration.ofSeconds(1));
        far.settle();

        RecordingConnection revoked = open(far, Access.to(USER).principal("42"), decision);
        RecordingConnection another = open(far, Access.to(USER).principal("43"), decision);

        assertThat(revoked.takeData()).containsExactly("stream.close{\"reason\":\"changed\",\"reconnect\":true}");
        assertThat(another.take()).extracting(ServerSentEvent::type).containsExactly("stream.open");
    }

    @Test
    void whoWasDecidedOnSoLongBeforeThatRevocationsMayBeForgottenIsAskedAgain() {
        ScriptedBackplane late = new ScriptedBackplane(new MemoryBackplane(time), 0);
        late.goAway();
        SteppedNode far = new SteppedNode(settings -> settings, time, late);
        StreamRequest.Decision decision = far.delivery.streams().beginDecision();
        time.advance(Duration.ofHours(1));
        late.comeBack();
        far.settle();
        time.advance(Duration.ofSeconds(1));
        far.settle();

        RecordingConnection connection = open(far, Access.to(USER).principal("42"), decision);

        assertThat(connection.takeData()).containsExactly("stream.close{\"reason\":\"changed\",\"reconnect\":true}");
    }

    @Test
    void whoWasDecidedOnBeforeTheBackplaneWasEverReachedIsAskedAgainIfTooMuchWasRevoked() {
        ScriptedBackplane late = new ScriptedBackplane(new MemoryBackplane(time), 0);
        late.goAway();
        SteppedNode far = new SteppedNode(settings -> settings, time, late);
        StreamRequest.Decision decision = far.delivery.streams().beginDecision();
        for (int i = 0; i <= Retention.DEFAULT.maxEntries(); i++) {
            late.logs().append(Topic.control(), revocation("someone-" + i), Retention.DEFAULT, null);
        }
        late.comeBack();
        far.settle();

        RecordingConnection connection = open(far, Access.to(USER).principal("42"), decision);

        assertThat(connection.takeData()).containsExactly("stream.close{\"reason\":\"changed\",\"reconnect\":true}");
    }

    // Reading.

    @Test
    void aReadThatFailsIsTriedAgain() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.settle();
        node.publish(USER, "missed");
        backplane.failNextReads(2);

        RecordingConnection second = node.connect(first.lastEventId(), USER);
        assertThat(second.takeData()).hasSize(1);
        node.advance(Duration.ofMillis(500));
        node.advance(Duration.ofMillis(1_000));

        assertThat(second.takeData()).containsExactly("missed");
    }

    /**
     * The answer says that nothing follows; when it comes, something does. It reached the node's buffer while the reader
     * waited for its page, so no other mark comes.
     */
    @Test
    void anEntryThatOvertakesAnEmptyAnswerIsDelivered() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.settle();
        backplane.holdReads();
        RecordingConnection second = node.connect(first.lastEventId(), USER);
        assertThat(backplane.heldReads()).isEqualTo(1);
        node.publish(USER, "quick");
        node.settle();

        backplane.releaseReads();
        node.settle();

        assertThat(second.takeData()).endsWith("quick");
    }

    /**
     * An entry is in the log but not yet here. Who opens now is told the new end, and so is the buffer, which then takes
     * the entry for one that it had; those who were here before must get it all the same.
     */
    @Test
    void anEntryThatANewcomerHeardOfFirstIsDeliveredToTheOthers() {
        RecordingConnection before = node.connect(USER);
        before.take();
        backplane.holdEntries();
        node.publish(USER, "on its way");

        RecordingConnection newcomer = node.connect(USER);
        node.settle();
        backplane.releaseEntries();
        node.settle();

        assertThat(before.takeData()).containsExactly("on its way");
        assertThat(newcomer.takeData()).hasSize(1);
    }

    @Test
    void anEntryThatAnUnreadyNewcomerHeardOfFirstIsDeliveredToTheOthers() {
        RecordingConnection before = node.connect(USER);
        before.take();
        backplane.holdEntries();
        node.publish(USER, "on its way");

        node.open(null, Access.to(USER));
        node.settle();
        backplane.releaseEntries();
        node.settle();

        assertThat(before.takeData()).containsExactly("on its way");
    }

    @Test
    void entriesThatOvertakeAPageAreDeliveredAfterIt() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.settle();
        node.publish(USER, "page");
        backplane.holdReads();
        RecordingConnection second = node.connect(first.lastEventId(), USER);
        node.publish(USER, "quick 1");
        node.publish(USER, "quick 2");
        node.settle();

        backplane.releaseReads();
        node.settle();

        assertThat(second.takeData()).endsWith("page", "quick 1", "quick 2");
    }

    @Test
    void aReaderThatIsNotReadyWhenItsPageComesReadsItLater() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.settle();
        node.publish(USER, "missed");
        backplane.holdReads();
        RecordingConnection second = node.connect(first.lastEventId(), USER);
        second.stopReading();
        backplane.releaseReads();
        node.settle();

        second.readAgain();
        node.settle();

        assertThat(second.takeData()).endsWith("missed");
    }

    @Test
    void readersAtTheSamePositionShareARead() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.settle();
        node.publish(USER, "missed");
        backplane.holdReads();
        List<RecordingConnection> many = IntStream.range(0, 100)
                .mapToObj(i -> node.connect(first.lastEventId(), USER))
                .toList();

        assertThat(backplane.heldReads()).isEqualTo(1);
        backplane.releaseReads();
        node.settle();

        assertThat(many).allSatisfy(each -> assertThat(each.takeData()).endsWith("missed"));
    }

    @Test
    void aReadDoesNotHoldUpTheOtherTopics() {
        RecordingConnection first = node.connect(USER, GUILD);
        first.disconnect();
        RecordingConnection other = node.connect(GUILD); // so that this node knows where the guild's log stands
        node.settle();
        node.publish(USER, "u");
        backplane.holdReads();
        RecordingConnection second = node.connect(first.lastEventId(), USER, GUILD);

        node.publish(GUILD, "g");
        node.settle();
        assertThat(second.takeData()).endsWith("g");
        assertThat(other.takeData()).endsWith("g");
        backplane.releaseReads();
        node.settle();

        assertThat(second.takeData()).containsExactly("u");
    }

    // Following.

    @Test
    void afterADivergenceNothingIsLostOrTwice() {
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "a");
        node.settle();
        connection.take();

        backplane.loseEntries(true);
        node.publish(USER, "b");
        node.publish(USER, "c");
        node.settle();
        assertThat(connection.takeData()).isEmpty();
        backplane.loseEntries(false);
        backplane.diverge();
        node.settle();
        node.publish(USER, "d");
        node.settle();

        assertThat(connection.takeData()).containsExactly("b", "c", "d");
    }

    @Test
    void aDivergenceThatWasNoneChangesNothing() {
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "a");
        backplane.diverge();
        node.publish(USER, "b");
        node.settle();
        backplane.diverge();
        node.settle();

        List<String> received = connection.takeData();
        assertThat(received.subList(1, received.size())).containsExactly("a", "b");
    }

    @Test
    void aLostEntryIsFoundByTheNextOnesPredecessor() {
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "a");
        node.settle();
        connection.take();

        backplane.loseEntries(true);
        node.publish(USER, "lost 1");
        node.publish(USER, "lost 2");
        backplane.loseEntries(false);
        node.publish(USER, "next");
        node.settle();

        assertThat(connection.takeData()).containsExactly("lost 1", "lost 2", "next");
    }

    @Test
    void aLostEntryIsFoundAlsoByWhoIsFarBehind() {
        RecordingConnection slow = node.connect(USER);
        node.publish(USER, "a");
        node.settle();
        slow.take();
        slow.stopReading();
        node.publish(USER, "b");
        backplane.loseEntries(true);
        node.publish(USER, "lost");
        backplane.loseEntries(false);
        node.publish(USER, "c");
        node.settle();

        slow.readAgain();
        node.settle();

        assertThat(slow.takeData()).containsExactly("b", "lost", "c");
    }

    @Test
    void aLostEntryThatWasTrimmedMeanwhileIsAGap() {
        RecordingConnection connection = node.connect(USER);
        connection.take();
        backplane.loseEntries(true);
        for (int i = 0; i < 40; i++) {
            node.publish(USER, "" + i);
        }
        backplane.loseEntries(false);
        node.publish(USER, "next");
        node.settle();

        List<String> received = connection.takeData();
        assertThat(received).hasSize(33).startsWith(TRIMMED, "9").endsWith("39", "next");
    }

    @Test
    void anEntryThatComesTwiceIsDeliveredOnce() {
        RecordingConnection connection = node.connect(USER);
        connection.take();
        Position start = end();
        node.publish(USER, "a");
        node.publish(USER, "b");
        node.publish(USER, "c");
        node.settle();
        List<Entry> entries = read(start);

        entries.forEach(entry -> backplane.repeat(USER, entry));
        node.settle();
        node.publish(USER, "d");
        node.settle();

        assertThat(connection.takeData()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void anEntryThatComesTwiceAfterItLeftTheBufferIsDeliveredOnce() {
        RecordingConnection connection = node.connect(USER);
        connection.take();
        Position start = end();
        node.publish(USER, "first");
        Entry first = read(start).get(0);
        for (int i = 0; i < 40; i++) {
            node.publish(USER, "" + i);
            node.settle();
        }
        assertThat(connection.takeData()).hasSize(41);

        backplane.repeat(USER, first);
        node.settle();
        node.publish(USER, "last");
        node.settle();

        assertThat(connection.takeData()).containsExactly("last");
    }

    @Test
    void entriesThatCouldOvertakeTheirPredecessorsAreStillDeliveredInOrder() {
        RecordingConnection connection = node.connect(USER);
        connection.take();
        Position start = end();
        backplane.loseEntries(true);
        for (String data : List.of("a", "b", "c", "d")) {
            node.publish(USER, data);
        }
        List<Entry> entries = read(start);

        for (int i : new int[] {2, 0, 3, 1}) {
            backplane.repeat(USER, entries.get(i));
            node.settle();
        }

        assertThat(connection.takeData()).containsExactly("a", "b", "c", "d");
    }

    // A log that is not what it was.

    @Test
    void aLogThatWasRolledBackIsAResetForWhoSawMore() {
        MemoryBackplane dump = new MemoryBackplane(time);
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "a");
        append(dump, "a");
        node.publish(USER, "lost with the log");
        node.settle();
        assertThat(connection.takeData()).endsWith("a", "lost with the log");

        time.advance(Duration.ofSeconds(1));
        backplane.replaceLogs(dump);
        backplane.diverge();
        node.settle();
        assertThat(connection.takeData()).containsExactly(RESET);
        node.publish(USER, "b");
        node.settle();

        assertThat(connection.takeData()).containsExactly("b");
        assertThat(node.connect(connection.lastEventId(), USER).takeData()).hasSize(1);
    }

    @Test
    void aRollbackThatNobodyToldOfIsFoundByTheNextEntry() {
        MemoryBackplane dump = new MemoryBackplane(time);
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "a");
        append(dump, "a");
        node.publish(USER, "lost with the log");
        node.settle();
        connection.take();

        time.advance(Duration.ofSeconds(1));
        backplane.replaceLogs(dump);
        node.publish(USER, "b");
        node.settle();

        assertThat(connection.takeData()).containsExactly(RESET, "b");
    }

    @Test
    void aLogThatWasLostIsAReset() {
        RecordingConnection connection = node.connect(USER);
        node.publish(USER, "a");
        node.settle();
        connection.take();

        time.advance(Duration.ofSeconds(1));
        backplane.replaceLogs(new MemoryBackplane(time));
        node.publish(USER, "b");
        node.settle();

        List<String> received = connection.takeData();
        assertThat(received).hasSize(2).endsWith("b");
        assertThat(received.get(0)).startsWith("stream.gap");
    }

    // Many readers.

    @Test
    void anEventInTheMiddleOfAPassReachesAlsoThoseAlreadyVisited() {
        List<RecordingConnection> connections =
                IntStream.range(0, 200).mapToObj(i -> node.connect(USER)).toList();
        int writes = connections.get(0).writes();
        node.publish(USER, "first");
        while (connections.get(0).writes() == writes) {
            node.loop().step();
        }
        assertThat(connections.get(199).writes()).isEqualTo(writes);
        node.publish(USER, "second");
        node.settle();

        assertThat(connections).allSatisfy(each -> assertThat(each.takeData()).endsWith("first", "second"));
    }

    @Test
    void aConnectionThatThrowsIsEndedAndHarmsNoOther() {
        RecordingConnection before = node.connect(USER);
        RecordingConnection broken = node.connect(USER);
        RecordingConnection after = node.connect(USER);
        broken.breakDown();

        for (String data : List.of("a", "b")) {
            node.publish(USER, data);
            node.settle();
        }

        assertThat(before.takeData()).endsWith("a", "b");
        assertThat(after.takeData()).endsWith("a", "b");
        assertThat(broken.state()).isEqualTo(RecordingConnection.State.ABORTED);
        assertThat(node.delivery.metrics().activeConnections()).isEqualTo(2);
    }

    private void goAway() {
        backplane.holdAcknowledgements();
        backplane.holdReads();
        backplane.announce(Status.STALE);
    }

    private void comeBack() {
        backplane.releaseAll();
        backplane.announce(Status.FRESH);
        node.settle();
    }

    private void revokeElsewhere(String principal) {
        backplane
                .logs()
                .append(Topic.control(), revocation(principal), Retention.DEFAULT, null)
                .toCompletableFuture()
                .join();
    }

    private static Event revocation(String principal) {
        return AccessChange.revoke(Revocation.principal(principal)).toEvent();
    }

    private RecordingConnection open(Access.Granted access, StreamRequest.Decision decision) {
        return open(node, access, decision);
    }

    private static RecordingConnection open(SteppedNode at, Access.Granted access, StreamRequest.Decision decision) {
        RecordingConnection connection = new RecordingConnection();
        connection.open(at.delivery.streams(), new StreamRequest(access, decision, null));
        connection.stream().ready();
        at.settle();
        return connection;
    }

    private Position end() {
        return backplane.read(USER, null, 1, 1).toCompletableFuture().join().end();
    }

    private List<Entry> read(Position after) {
        return backplane
                .read(USER, after, 1_000, 1_000_000)
                .toCompletableFuture()
                .join()
                .entries();
    }

    private static void append(MemoryBackplane log, String data) {
        log.append(USER, Event.of("event", data), Retention.DEFAULT, null)
                .toCompletableFuture()
                .join();
    }
}
