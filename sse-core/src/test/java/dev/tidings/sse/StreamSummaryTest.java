package dev.tidings.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.RecordingConnection.State;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.SteppedBroadcaster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of streams: while they are open, at their end, and how one of them is ended. */
class StreamSummaryTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");
    private static final Access.Granted MINE = Access.to(USER).principal("42").sessionId("secret");

    private final ManualClock clock = new ManualClock();
    private final MemoryBackplane logs = new MemoryBackplane(clock);
    private final ScriptedBackplane network = new ScriptedBackplane(logs, 0);
    private final Life life = new Life();
    private final SteppedBroadcaster node = SteppedBroadcaster.create(
            clock, network, settings -> settings.observer(life).maxStreams(100).maxStreamsPerPrincipal(80));
    private final SteppedBroadcaster other =
            SteppedBroadcaster.create(clock, new ScriptedBackplane(logs, 0), settings -> settings);

    @AfterEach
    void close() {
        node.close();
        other.close();
    }

    // While they are open.

    @Test
    void aConnectionSaysWhoseItIsWhatItReadsAndHowMuchItWasGiven() {
        RecordingConnection page = node.connect(MINE);
        node.connect(Access.to(GUILD, USER));
        publish(USER, "1");
        publish(USER, "2");
        clock.advance(Duration.ofSeconds(3));

        List<StreamSummary> all = connections();

        assertThat(all).hasSize(2);
        StreamSummary mine = all.stream()
                .filter(each -> each.topics().size() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(mine.principal()).isEqualTo("42");
        assertThat(mine.topics()).containsExactly(USER);
        assertThat(mine.events()).isEqualTo(2);
        assertThat(mine.bytes()).isGreaterThan(page.largestWrite());
        assertThat(mine.age()).isEqualTo(Duration.ofSeconds(3));
        assertThat(mine.establishment()).isEqualTo(Duration.ZERO);
        assertThat(mine.stalled()).isEqualTo(Duration.ZERO);
        assertThat(mine.toString()).doesNotContain("secret");
        assertThat(all).extracting(StreamSummary::id).doesNotHaveDuplicates();
    }

    @Test
    void aConnectionThatTakesNothingSaysForHowLong() {
        RecordingConnection page = node.connect(MINE);
        page.stopReading();
        publish(USER, "1");
        clock.advance(Duration.ofSeconds(2));
        assertThat(connections()).extracting(StreamSummary::stalled).containsExactly(Duration.ofSeconds(2));

        page.readAgain();
        assertThat(connections()).extracting(StreamSummary::stalled).containsExactly(Duration.ZERO);
        assertThat(connections()).extracting(StreamSummary::events).containsExactly(1L);
    }

    @Test
    void inProcessSubscriptionsAndEndedStreamsAreNotConnections() {
        node.connect(MINE).disconnect();
        node.subscribe(Subscription.Request.of(USER), (topic, entry) -> {});

        assertThat(connections()).isEmpty();
    }

    @Test
    void manyConnectionsAreCountedASliceAtATime() {
        RecordingConnection page = node.connect(Access.to(GUILD));
        IntStream.range(0, 80).forEach(i -> node.connect(Access.to(USER)));
        CompletableFuture<List<StreamSummary>> all = stage();
        node.step(); // the loop begins to count
        publishOnly(GUILD, "meanwhile");
        page.take();

        node.step(); // the topic is marked
        node.step(); // 64 are counted
        node.step();

        assertThat(page.takeData()).as("before the count goes on").containsExactly("meanwhile");
        assertThat(all).isNotDone();
        node.settle();
        assertThat(all.join()).hasSize(81);
    }

    @Test
    void agesAreThoseOfTheMomentOfAskingHoweverLateALoopAnswers() {
        IntStream.range(0, 80).forEach(i -> node.connect(Access.to(USER)));
        clock.advance(Duration.ofSeconds(3));
        CompletableFuture<List<StreamSummary>> all = stage();
        node.step(); // the loop begins to count
        node.step(); // 64 are counted
        clock.advance(Duration.ofSeconds(1));
        node.settle();

        assertThat(all.join()).extracting(StreamSummary::age).hasSize(80).containsOnly(Duration.ofSeconds(3));
    }

    @Test
    void aClosedBroadcasterHasNoAnswer() {
        node.connect(MINE);
        CompletableFuture<List<StreamSummary>> underWay = stage();
        node.broadcaster().close();

        assertThatThrownBy(stage()::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(BroadcasterClosedException.class);
        assertThat(underWay.handle((streams, failure) -> true).join()).isTrue();
    }

    // How one of them is ended.

    @Test
    void oneConnectionIsEndedOnWhateverNodeItIsAndMayComeBack() {
        RecordingConnection ended = other.connect(MINE);
        RecordingConnection sameOwner = other.connect(MINE);
        RecordingConnection here = node.connect(MINE);
        String id = idOf(other, 0); // the one that has been there longest

        done(node.broadcaster().revoke(Revocation.connection(id)));
        node.settle();
        other.settle();

        List<RecordingConnection> open = List.of(sameOwner, here);
        assertThat(ended.state()).isEqualTo(State.ENDED);
        assertThat(ended.takeData()).endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
        assertThat(open).allSatisfy(each -> assertThat(each.state()).isEqualTo(State.OPEN));
        assertThat(other.connect(MINE, ended.lastEventId()).takeData().get(0)).contains("\"resumed\":true");
    }

    @Test
    void endingAConnectionThatIsOverOrNeverWasIsHarmless() {
        RecordingConnection page = node.connect(MINE);
        for (String id : List.of("nobody", idOf(node, 0) + "0", idOf(node, 0).split(":", -1)[0])) {
            done(node.broadcaster().revoke(Revocation.connection(id)));
            node.settle();
        }
        assertThat(page.state()).isEqualTo(State.OPEN);
        assertThatThrownBy(() -> Revocation.connection("")).isInstanceOf(IllegalArgumentException.class);
    }

    // At their beginning and their end.

    @Test
    void establishmentIsMeasuredFromTheBeginningOfTheDecisionAndTheRestIsLife() {
        StreamRequest.Decision decision = node.broadcaster().streams().beginDecision();
        clock.advance(Duration.ofMillis(30)); // the application looks up who this is
        RecordingConnection page = new RecordingConnection();
        page.open(node.broadcaster().streams(), new StreamRequest(MINE, decision, null));
        node.settle();
        assertThat(life.established).isEmpty();

        clock.advance(Duration.ofMillis(10)); // until the container says that it can be written to
        page.stream().ready();
        node.settle();
        assertThat(life.established).singleElement().satisfies(stream -> {
            assertThat(stream.establishment()).isEqualTo(Duration.ofMillis(40));
            assertThat(stream.age()).isEqualTo(Duration.ofMillis(40));
        });

        clock.advance(Duration.ofMinutes(5));
        page.disconnect();
        node.settle();
        StreamSummary ended = life.only("left");
        assertThat(ended.establishment()).isEqualTo(Duration.ofMillis(40));
        assertThat(ended.age()).isEqualTo(Duration.ofMinutes(5).plusMillis(40));
        assertThat(life.established).hasSize(1);
    }

    @Test
    void aPeerThatLeavesEndsWithoutAReason() {
        RecordingConnection page = node.connect(MINE);
        publish(USER, "1");
        page.disconnect();
        node.settle();

        StreamSummary left = life.only("left");
        assertThat(left.events()).isEqualTo(1);
        assertThat(left.principal()).isEqualTo("42");
        assertThat(left.topics()).containsExactly(USER);
    }

    @Test
    void aPeerThatVanishedIsFoundByAHeartbeatAndEndsWithoutAReason() {
        node.connect(MINE).vanish();
        node.advance(Duration.ofSeconds(15));

        life.only("left");
    }

    @Test
    void whatTheLibraryEndsHasItsReason() {
        node.connect(MINE);
        done(node.broadcaster().revoke(Revocation.principal("42")));
        node.settle();
        life.only("revoked");

        node.connect(MINE);
        done(node.broadcaster().reauthorize("42"));
        node.settle();
        life.only("changed");

        node.connect(MINE.expiresAt(clock.instant().plusSeconds(60)));
        node.advance(Duration.ofSeconds(60));
        life.only("expired");

        node.connect(MINE.filter(event -> {
            throw new IllegalStateException("a filter's defect");
        }));
        publish(USER, "1");
        life.only("error");

        RecordingConnection broken = node.connect(MINE);
        broken.breakDown();
        publish(USER, "2");
        life.only("error");
    }

    @Test
    void severalObserversHearTheSameWhateverOneOfThemThrows() {
        Life second = new Life();
        BroadcasterObserver broken = new BroadcasterObserver() {
            @Override
            public void ended(StreamSummary stream, CloseReason reason) {
                throw new IllegalStateException("an observer's defect");
            }
        };
        try (SteppedBroadcaster observed = SteppedBroadcaster.create(
                settings -> settings.observer(life).observer(broken).observer(second))) {
            observed.connect(MINE).disconnect();
            observed.settle();
        }
        assertThat(second.ended).hasSize(1).isEqualTo(life.ended);
    }

    @Test
    void aStreamThatIsReplacedSaysSo() {
        IntStream.range(0, 81).forEach(i -> node.connect(MINE));
        life.only("replaced");
    }

    @Test
    void aFrozenPeerIsCutForBeingSlow() {
        node.connect(MINE).stopReading();
        publish(USER, "1");
        node.advance(Duration.ofSeconds(15));

        assertThat(life.only("slow").stalled()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void theFirstReasonCountsWhateverBecomesOfTheLastBlock() {
        RecordingConnection page = node.connect(MINE);
        page.stopReading();
        done(node.broadcaster().revoke(Revocation.principal("42")));
        node.settle();
        assertThat(life.ended).isEmpty();
        page.disconnect();
        node.settle();

        life.only("revoked");
    }

    @Test
    void whoIsRefusedOrLeavesEarlyEndsOnceAndWasNeverEstablished() {
        IntStream.range(0, 100).forEach(i -> node.connect(Access.to(GUILD)));
        life.established.clear();
        node.connect(MINE);
        assertThat(life.only("limit").establishment()).isNull();

        node.broadcaster().streams().drain(Duration.ofSeconds(1));
        node.advance(Duration.ofSeconds(1));
        assertThat(life.ended).hasSize(100).allMatch(line -> line.startsWith("drain "));
        life.ended.clear();
        node.connect(MINE);
        assertThat(life.only("drain").establishment()).isNull();

        assertThat(life.established).isEmpty();
    }

    @Test
    void whoLeavesWhileItsStreamIsOpeningEndsOnce() {
        network.holdAcknowledgements();
        RecordingConnection page = node.connect(MINE);
        page.disconnect();
        node.settle();
        network.releaseAcknowledgements();
        node.settle();

        assertThat(life.only("left").establishment()).isNull();
        assertThat(life.established).isEmpty();
    }

    @Test
    void whenADrainIsCompleteAllEndsWereTold() {
        node.connect(MINE);
        CompletableFuture<Integer> toldWhenDrained = node.broadcaster()
                .streams()
                .drain(Duration.ofSeconds(1))
                .thenApply(nothing -> life.ended.size())
                .toCompletableFuture();
        node.advance(Duration.ofSeconds(1));

        assertThat(toldWhenDrained.join()).isEqualTo(1);
    }

    private List<StreamSummary> connections() {
        node.settle();
        CompletableFuture<List<StreamSummary>> all = stage();
        node.settle();
        return all.join();
    }

    private CompletableFuture<List<StreamSummary>> stage() {
        return node.broadcaster().connections().toCompletableFuture();
    }

    private static String idOf(SteppedBroadcaster of, int index) {
        CompletionStage<List<StreamSummary>> all = of.broadcaster().connections();
        of.settle();
        return all.toCompletableFuture().join().get(index).id();
    }

    private void publish(Topic topic, String data) {
        publishOnly(topic, data);
        node.settle();
    }

    private void publishOnly(Topic topic, String data) {
        done(node.broadcaster().publish(topic, Event.of("event", data)));
    }

    private static void done(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isCompleted();
    }

    /** Keeps what the observer is told. */
    private static final class Life implements BroadcasterObserver {

        final List<StreamSummary> established = new ArrayList<>();
        final List<String> ended = new ArrayList<>();
        private StreamSummary last;

        @Override
        public void established(StreamSummary stream) {
            established.add(stream);
        }

        @Override
        public void ended(StreamSummary stream, CloseReason reason) {
            ended.add((reason == null ? "left" : reason.wireName()) + " " + stream.id());
            last = stream;
        }

        /** Returns the only stream that has ended since the last call, which must have ended so. */
        StreamSummary only(String reason) {
            assertThat(ended).singleElement().satisfies(line -> assertThat(line).startsWith(reason + " "));
            ended.clear();
            return last;
        }
    }
}
