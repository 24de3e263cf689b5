package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.SlowConsumers;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may have a stream, for how long, and how many. */
class AccessTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");
    private static final Access.Granted MINE = Access.to(USER).principal("42").sessionId("s1");

    private final SteppedNode node = new SteppedNode();

    // Withdrawing.

    @Test
    void aRevocationEndsAllStreamsOfItsPrincipalAndNoOther() {
        RecordingConnection mine = node.connect(null, MINE);
        RecordingConnection mineToo = node.connect(null, Access.to(GUILD).principal("42"));
        RecordingConnection other = node.connect(null, Access.to(USER).principal("43"));
        RecordingConnection nobodys = node.connect(USER);

        revoke(Revocation.principal("42"));
        node.settle();

        assertEnded(mine, "revoked");
        assertEnded(mineToo, "revoked");
        assertThat(other.state()).isEqualTo(RecordingConnection.State.OPEN);
        assertThat(nobodys.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aRevocationEndsAllStreamsOfItsSession() {
        RecordingConnection mine = node.connect(null, MINE);
        RecordingConnection otherSession = node.connect(null, MINE.sessionId("s2"));

        revoke(Revocation.sessionId("s1"));
        node.settle();

        assertEnded(mine, "revoked");
        assertThat(otherSession.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aRevocationEndsAllStreamsOfItsTopic() {
        RecordingConnection one = node.connect(null, MINE);
        RecordingConnection several = node.connect(GUILD, USER);
        RecordingConnection other = node.connect(GUILD);

        revoke(Revocation.topic(USER));
        node.settle();

        assertEnded(one, "revoked");
        assertEnded(several, "revoked");
        assertThat(other.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aPrincipalIsNotMistakenForASessionOfTheSameName() {
        RecordingConnection session = node.connect(null, Access.to(USER).sessionId("x"));
        RecordingConnection principal = node.connect(null, Access.to(USER).principal("x"));

        revoke(Revocation.principal("x"));
        node.settle();

        assertThat(session.state()).isEqualTo(RecordingConnection.State.OPEN);
        assertEnded(principal, "revoked");
    }

    @Test
    void reauthorizingEndsStreamsWithChanged() {
        RecordingConnection mine = node.connect(null, MINE);

        done(node.delivery.reauthorize(Revocation.principal("42")));
        node.settle();

        assertEnded(mine, "changed");
    }

    @Test
    void nothingIsDeliveredAfterARevocation() {
        RecordingConnection mine = node.connect(null, MINE);
        revoke(Revocation.principal("42"));
        node.settle();
        node.publish(USER, "secret");
        node.settle();

        List<String> received = mine.takeData();
        assertThat(received).doesNotContain("secret");
        assertThat(received).endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
    }

    @Test
    void whoIsRevokedWhileStuckGetsNoMoreAndIsCut() {
        RecordingConnection stuck = node.connect(null, MINE);
        stuck.take();
        stuck.stopReading();
        node.publish(USER, "before");
        node.settle();

        revoke(Revocation.principal("42"));
        node.settle();
        node.advance(Duration.ofSeconds(2));

        assertThat(stuck.takeData()).isEmpty();
        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.ABORTED);
    }

    @Test
    void theCloseTellsAJitteredDelay() {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RecordingConnection mine = node.connect(null, MINE);
            revoke(Revocation.principal("42"));
            node.settle();
            delays.add(last(mine).retry());
        }

        assertThat(delays)
                .allSatisfy(delay -> assertThat(delay).isBetween(Duration.ofMillis(100), Duration.ofMillis(1_000)));
        assertThat(delays.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void theCloseCarriesTheCursorToComeBackWith() {
        RecordingConnection mine = node.connect(null, MINE);
        node.publish(USER, "seen");
        node.settle();
        revoke(Revocation.principal("42"));
        node.settle();
        node.publish(USER, "missed");

        assertThat(node.connect(mine.lastEventId(), MINE).takeData())
                .endsWith("missed")
                .hasSize(2);
    }

    // While it opens.

    @Test
    void aRevocationBeforeTheDecisionDoesNotMatter() {
        revoke(Revocation.principal("42"));
        node.settle();

        assertThat(node.connect(null, MINE).state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aRevocationBeforeTheDecisionDoesNotMatterAlsoWhenItIsAppliedLater() {
        revoke(Revocation.principal("42"));

        assertThat(node.connect(null, MINE).state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aRevocationBetweenTheDecisionAndTheRequestEndsTheStream() {
        StreamRequest.Decision decision = node.delivery.streams().beginDecision();
        revoke(Revocation.principal("42"));
        node.settle();

        assertEndsUnopened(open(MINE, decision), "revoked");
    }

    @Test
    void aRevocationWhoseStreamHasNotJoinedYetEndsIt() {
        RecordingConnection opening = node.open(null, MINE);
        revoke(Revocation.principal("42"));
        opening.stream().ready();

        node.settle();

        assertEndsUnopened(opening, "revoked");
    }

    @Test
    void aRevocationAtAnyStepOfTheOpeningEndsTheStream() {
        for (int steps = 0; steps < 12; steps++) {
            RecordingConnection opening = node.open(null, MINE);
            opening.stream().ready();
            for (int i = 0; i < steps; i++) {
                node.loop().step();
            }
            revoke(Revocation.principal("42"));
            node.settle();
            node.publish(USER, "secret");
            node.settle();

            assertThat(opening.state()).as("after %d steps", steps).isEqualTo(RecordingConnection.State.ENDED);
            assertThat(opening.takeData())
                    .as("after %d steps", steps)
                    .doesNotContain("secret")
                    .endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
        }
    }

    @Test
    void aRevocationOfAnotherPrincipalAtAnyStepOfTheOpeningDoesNot() {
        for (int steps = 0; steps < 12; steps++) {
            RecordingConnection opening = node.open(null, MINE);
            opening.stream().ready();
            for (int i = 0; i < steps; i++) {
                node.loop().step();
            }
            revoke(Revocation.principal("43"));
            node.settle();

            assertThat(opening.state()).as("after %d steps", steps).isEqualTo(RecordingConnection.State.OPEN);
        }
    }

    @Test
    void aRevocationWhileTheAcknowledgementIsAwaitedEndsTheStream() {
        ManualClock time = new ManualClock();
        ScriptedBackplane backplane = new ScriptedBackplane(new MemoryBackplane(time), 0);
        SteppedNode far = new SteppedNode(settings -> settings, time, backplane);
        backplane.holdAcknowledgements();
        RecordingConnection opening = far.connect(null, MINE);
        done(far.delivery.revoke(Revocation.principal("42")));
        far.settle();
        backplane.releaseAcknowledgements();
        far.settle();

        assertEndsUnopened(opening, "revoked");
    }

    /**
     * The loop read both revocations from the backplane and applied them. Then the first arrives late, and the buffer stands
     * there, before the second; a stream that is about to open must not take that for all there is.
     */
    @Test
    void aRevocationThatTheLoopHasAppliedAndTheBufferLostEndsTheStream() {
        ManualClock time = new ManualClock();
        ScriptedBackplane backplane = new ScriptedBackplane(new MemoryBackplane(time), 0);
        SteppedNode far = new SteppedNode(settings -> settings, time, backplane);
        StreamRequest.Decision decision = far.delivery.streams().beginDecision();
        backplane.holdEntries();
        done(far.delivery.revoke(Revocation.principal("someone")));
        done(far.delivery.revoke(Revocation.principal("42")));
        backplane.diverge();
        far.settle();
        Entry someones = done(backplane.logs().read(Topic.control(), Position.NONE, 1, Integer.MAX_VALUE))
                .entries()
                .get(0);
        backplane.holdReads();
        RecordingConnection late = new RecordingConnection();
        late.open(far.delivery.streams(), new StreamRequest(MINE, decision, null));
        late.stream().ready();
        far.settle();
        backplane.repeat(Topic.control(), someones);
        backplane.releaseReads();
        far.settle();

        assertEndsUnopened(late, "changed");
    }

    /** On a thread of its own the application revokes, and then publishes, between two reads of one write. */
    @Test
    void whatIsPublishedAfterARevocationInTheMiddleOfAWriteIsNotPartOfIt() {
        RecordingConnection mine =
                node.connect(null, Access.to(GUILD, USER).principal("42").filter(event -> {
                    if (event.data().equals("before")) {
                        revoke(Revocation.principal("42"));
                        node.publish(USER, "secret");
                        node.publish(GUILD, "secret");
                    }
                    return true;
                }));
        node.publish(GUILD, "before");
        node.settle();

        assertThat(mine.takeData())
                .doesNotContain("secret")
                .endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
    }

    @Test
    void aShortRetentionOfEverythingElseDoesNotForgetRevocations() {
        SteppedNode brief = new SteppedNode(settings -> settings.withRetention("", Retention.DEFAULT.maxEntries(16)));
        StreamRequest.Decision decision = brief.delivery.streams().beginDecision();
        for (int i = 0; i < 20; i++) {
            done(brief.delivery.revoke(Revocation.principal("someone-" + i)));
        }
        RecordingConnection mine = new RecordingConnection();
        mine.open(brief.delivery.streams(), new StreamRequest(MINE, decision, null));
        mine.stream().ready();
        brief.settle();

        assertThat(mine.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void noRuleForPagesThatAreFarBehindKeepsALoopFromCatchingUpWithRevocations() {
        for (SlowConsumers rule : List.of(SlowConsumers.endBeyond(2), SlowConsumers.skipBeyond(2))) {
            SteppedNode strict = new SteppedNode(settings -> settings.withSlowConsumers(rule));
            RecordingConnection mine = strict.connect(null, MINE);
            RecordingConnection other = strict.connect(null, Access.to(USER).principal("43"));
            for (int i = 0; i < 5; i++) {
                done(strict.delivery.revoke(Revocation.principal("someone-" + i)));
            }
            strict.settle();
            done(strict.delivery.revoke(Revocation.principal("42")));
            strict.settle();

            assertEnded(mine, "revoked");
            assertThat(other.state()).as("%s", rule).isEqualTo(RecordingConnection.State.OPEN);
        }
    }

    @Test
    void aDecisionOfWhichTooMuchIsForgottenIsAskedForAgain() {
        StreamRequest.Decision decision = node.delivery.streams().beginDecision();
        for (int i = 0; i <= ControlLog.RETENTION.maxEntries(); i++) {
            revoke(Revocation.principal("someone-" + i));
        }
        node.settle();

        assertEndsUnopened(open(MINE, decision), "changed");
    }

    @Test
    void thousandsOfRevocationsInARowEndNobodyElse() {
        RecordingConnection mine = node.connect(null, MINE);
        RecordingConnection last = node.connect(null, Access.to(USER).principal("someone-4999"));
        for (int i = 0; i < 5_000; i++) {
            revoke(Revocation.principal("someone-" + i));
        }
        node.settle();

        assertEnded(last, "revoked");
        assertThat(mine.state()).isEqualTo(RecordingConnection.State.OPEN);
        mine.take();
        node.publish(USER, "later");
        node.settle();
        assertThat(mine.takeData()).containsExactly("later");
    }

    @Test
    void aLoopThatMissedTooManyRevocationsEndsEveryStream() {
        RecordingConnection mine = node.connect(null, MINE);
        missTooManyRevocations();
        node.settle();

        assertEnded(mine, "changed");
    }

    @Test
    void whomAMissedRevocationSendsAwayComesBackTheLaterTheMoreThereAre() {
        List<RecordingConnection> all = connectMany(300);
        missTooManyRevocations();
        node.settle();

        assertThat(all).allSatisfy(connection -> assertEnded(connection, "changed"));
        assertThat(all.stream().map(AccessTest::retry)).anyMatch(retry -> retry.compareTo(Duration.ofSeconds(2)) > 0);
    }

    @Test
    void manyStreamsThatEndAtOnceEndASliceAtATime() {
        List<RecordingConnection> all = connectMany(300);
        missTooManyRevocations();

        long before = 0;
        while (node.loop().step()) {
            long ended = all.stream().filter(AccessTest::isEnded).count();
            assertThat(ended - before).isLessThanOrEqualTo(Turn.SLICE);
            before = ended;
        }
        assertThat(before).isEqualTo(all.size());
    }

    @Test
    void anEntryOfALaterVersionIsPassedOver() {
        RecordingConnection mine = node.connect(null, MINE);
        done(node.backplane.append(
                Topic.control(), Event.of("later", "42").attribute("kind", "PLANET"), Retention.DEFAULT, null));
        done(node.backplane.append(Topic.control(), Event.of("later", "42"), Retention.DEFAULT, null));
        node.settle();

        assertThat(mine.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void everyLoopAppliesARevocation() {
        SteppedNode many = new SteppedNode(settings -> settings.withLoops(4));
        List<RecordingConnection> mine =
                IntStream.range(0, 8).mapToObj(i -> many.connect(null, MINE)).toList();

        done(many.delivery.revoke(Revocation.principal("42")));
        many.settle();

        assertThat(mine).allSatisfy(each -> assertEnded(each, "revoked"));
    }

    @Test
    void everyNodeAppliesARevocation() {
        ManualClock time = new ManualClock();
        MemoryBackplane logs = new MemoryBackplane(time);
        SteppedNode here = new SteppedNode(settings -> settings, time, logs);
        SteppedNode there = new SteppedNode(settings -> settings, time, logs);
        RecordingConnection mine = there.connect(null, MINE);

        done(here.delivery.revoke(Revocation.principal("42")));
        there.settle();

        assertEnded(mine, "revoked");
    }

    @Test
    void theControlTopicCanNeitherBeReadNorPublishedTo() {
        assertThatThrownBy(() -> node.open(null, Access.to(Topic.control())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("$control");
        assertThatThrownBy(() -> node.publish(Topic.control(), "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("$control");
    }

    // Expiry.

    @Test
    void anAccessEndsWhenItExpires() {
        Instant end = node.time.instant().plusSeconds(60);
        RecordingConnection mine = node.connect(null, MINE.expiresAt(end));

        node.advance(Duration.ofSeconds(60).minusMillis(1));
        assertThat(mine.state()).isEqualTo(RecordingConnection.State.OPEN);
        node.advance(Duration.ofMillis(1));

        assertEnded(mine, "expired");
    }

    @Test
    void anAccessThatHasExpiredDeliversNothing() {
        String before = node.connect(null, MINE).lastEventId();
        node.publish(USER, "secret");

        RecordingConnection late =
                node.connect(before, MINE.expiresAt(node.time.instant().minusSeconds(1)));

        assertThat(late.takeData())
                .doesNotContain("secret")
                .endsWith("stream.close{\"reason\":\"expired\",\"reconnect\":true}");
    }

    @Test
    void anAccessMayLastForEver() {
        RecordingConnection mine = node.connect(null, MINE.expiresAt(Instant.MAX));

        node.advance(Duration.ofDays(30));

        assertThat(mine.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    // Limits.

    @Test
    void theOldestStreamOfAPrincipalMakesRoom() {
        SteppedNode few = new SteppedNode(settings -> settings.withMaxStreamsPerPrincipal(2));
        RecordingConnection first = few.connect(null, MINE);
        RecordingConnection second = few.connect(null, MINE);
        RecordingConnection other = few.connect(null, Access.to(USER).principal("43"));

        RecordingConnection third = few.connect(null, MINE);

        ServerSentEvent close = last(first);
        assertThat(close.data()).isEqualTo("{\"reason\":\"replaced\",\"reconnect\":false}");
        assertThat(few.delivery.streams().isClosedCursor(close.lastEventId())).isTrue();
        assertThat(few.delivery.streams().isClosedCursor(second.lastEventId())).isFalse();
        assertThat(List.of(second, third, other))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(RecordingConnection.State.OPEN));
    }

    @Test
    void aBurstOfStreamsLeavesTheNewest() {
        SteppedNode few = new SteppedNode(settings -> settings.withMaxStreamsPerPrincipal(2));
        List<RecordingConnection> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(few.open(null, MINE));
        }
        all.forEach(each -> each.stream().ready());
        few.settle();

        assertThat(all.subList(0, 8)).allSatisfy(each -> {
            assertThat(each.state()).isEqualTo(RecordingConnection.State.ENDED);
            assertThat(few.delivery.streams().isClosedCursor(each.lastEventId()))
                    .isTrue();
        });
        assertThat(all.subList(8, 10))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(RecordingConnection.State.OPEN));
        assertThat(few.delivery.metrics().activeConnections()).isEqualTo(2);
    }

    @Test
    void aStreamThatEndedMakesRoomByItself() {
        SteppedNode few = new SteppedNode(settings -> settings.withMaxStreamsPerPrincipal(1));
        few.connect(null, MINE).disconnect();
        few.settle();
        RecordingConnection second = few.connect(null, MINE);

        assertThat(second.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aFullNodeSendsAwayWithADelayAndNoCursor() {
        SteppedNode full = new SteppedNode(settings -> settings.withMaxStreams(2));
        RecordingConnection first = full.connect(USER);
        full.connect(USER);

        RecordingConnection third = full.connect(USER);

        List<ServerSentEvent> received = third.take();
        assertThat(received).hasSize(1);
        assertThat(received.get(0).data()).isEqualTo("{\"reason\":\"limit\",\"reconnect\":true}");
        assertThat(received.get(0).retry()).isBetween(Duration.ofMillis(5_000), Duration.ofMillis(15_000));
        assertThat(third.lastEventId()).isEmpty();
        assertThat(third.state()).isEqualTo(RecordingConnection.State.ENDED);
        assertThat(full.delivery.metrics().activeConnections()).isEqualTo(2);
        first.disconnect();
        full.settle();
        assertThat(full.connect(USER).state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void moreTopicsThanAllowedAreRefused() {
        SteppedNode few = new SteppedNode(settings -> settings.withMaxTopics(1));

        assertThatThrownBy(() -> few.connect(USER, GUILD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 1")
                .hasMessageContaining("2");
    }

    @Test
    void aDecisionOfAnotherOriginIsRefused() {
        StreamRequest.Decision made = new StreamRequest.Decision() {
            @Override
            public String toString() {
                return "made up";
            }
        };
        assertThatThrownBy(() -> open(MINE, made))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("made up");
    }

    // Leaving.

    @Test
    void aDrainEndsEveryStreamEachWithItsOwnDelay() throws Exception {
        List<RecordingConnection> all =
                IntStream.range(0, 50).mapToObj(i -> node.connect(USER)).toList();

        CompletionStage<Void> drained = node.delivery.streams().drain(Duration.ofSeconds(5));
        node.settle();
        node.advance(Duration.ofSeconds(5));

        List<ServerSentEvent> closes = all.stream().map(AccessTest::last).toList();
        assertThat(closes).extracting(ServerSentEvent::data).containsOnly("{\"reason\":\"drain\",\"reconnect\":true}");
        assertThat(closes)
                .allSatisfy(
                        close -> assertThat(close.retry()).isBetween(Duration.ofMillis(500), Duration.ofMillis(3_000)));
        assertThat(closes.stream().map(ServerSentEvent::retry).distinct().count())
                .isGreaterThan(10);
        assertThat(all).allSatisfy(each -> assertThat(each.state()).isEqualTo(RecordingConnection.State.ENDED));
        drained.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aDrainGoesInWaves() {
        List<RecordingConnection> all =
                IntStream.range(0, 50).mapToObj(i -> node.connect(USER)).toList();

        node.delivery.streams().drain(Duration.ofSeconds(5));
        node.settle();
        long atOnce = ended(all);
        node.advance(Duration.ofMillis(250));
        long halfway = ended(all);
        node.advance(Duration.ofMillis(250));

        assertThat(atOnce).isLessThan(10);
        assertThat(halfway).isBetween(10L, 40L);
        assertThat(ended(all)).isEqualTo(50);
    }

    @Test
    void whileItDrainsANodeRefusesNewStreams() {
        node.delivery.streams().drain(Duration.ofSeconds(5));

        RecordingConnection late = node.connect(USER);

        assertEnded(late, "drain");
        assertThat(late.lastEventId()).isEmpty();
    }

    @Test
    void whoIsStuckIsCutAtTheDeadlineOfTheDrainOrBefore() throws Exception {
        RecordingConnection stuck = node.connect(USER);
        stuck.stopReading();
        RecordingConnection neverReady = node.open(null, Access.to(USER));
        node.settle();

        CompletionStage<Void> drained = node.delivery.streams().drain(Duration.ofSeconds(1));
        node.settle();
        assertThat(drained.toCompletableFuture().isDone()).isFalse();
        node.advance(Duration.ofSeconds(1));

        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.ABORTED);
        assertThat(neverReady.state()).isEqualTo(RecordingConnection.State.ABORTED);
        drained.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aDrainOfNothingIsDoneAtOnce() throws Exception {
        node.delivery
                .streams()
                .drain(Duration.ofSeconds(5))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void whoWasDrainedComesBackWithoutALoss() {
        ManualClock time = new ManualClock();
        MemoryBackplane logs = new MemoryBackplane(time);
        SteppedNode leaving = new SteppedNode(settings -> settings, time, logs);
        SteppedNode staying = new SteppedNode(settings -> settings, time, logs);
        RecordingConnection first = leaving.connect(USER);
        leaving.publish(USER, "a");
        leaving.settle();
        leaving.delivery.streams().drain(Duration.ZERO);
        staying.publish(USER, "b");
        leaving.advance(Duration.ofMillis(1));
        staying.publish(USER, "c");

        List<String> all = first.takeData();
        all.addAll(staying.connect(first.lastEventId(), USER).takeData());

        assertThat(all.stream().filter(data -> !data.startsWith("stream."))).containsExactly("a", "b", "c");
    }

    // Closing.

    @Test
    void aStreamThatIsClosedBeforeItIsReadyIsToldWhenItIs() {
        RecordingConnection early = node.open(null, MINE);
        node.settle();
        revoke(Revocation.principal("42"));
        node.settle();
        assertThat(early.takeData()).isEmpty();

        early.stream().ready();
        node.settle();

        assertEnded(early, "revoked");
    }

    @Test
    void aStreamThatIsNeverReadyIsCutAfterItWasClosed() {
        RecordingConnection never = node.open(null, MINE);
        node.settle();
        revoke(Revocation.principal("42"));
        node.settle();

        node.advance(Duration.ofSeconds(15));

        assertThat(never.state()).isEqualTo(RecordingConnection.State.ABORTED);
        assertThat(node.delivery.metrics().activeConnections()).isZero();
    }

    /** Another thread may replace or drain a stream between its admission and the task that opens it. */
    @Test
    void aStreamThatEndsBeforeItHasJoinedNeverJoins() {
        Reader reader = new Reader(
                node.loop(),
                List.of(USER),
                new CallbackOutlet((topic, entry) -> {}, List.of(USER), Runnable::run, () -> {}),
                null,
                null,
                new Reader.Watcher() {});
        TopicFeeds feeds = new TopicFeeds(
                node.backplane, new TestSettings().build(), node.loop().meters());
        reader.close(CloseReason.REPLACED);

        Opening.of(reader, CursorLayout.of(List.of(USER), 0), null, new ControlLog(feeds, List.of(), node.time))
                .start();
        node.settle();

        assertThat(node.loop().topic(USER)).isNull();
    }

    @Test
    void afterTheCloseOfTheNodeNoStreamOpens() {
        RecordingConnection open = node.connect(USER);
        node.delivery.close();
        node.settle();

        assertEnded(open, "drain");
        assertThatThrownBy(() -> node.open(null, MINE)).isInstanceOf(BroadcasterClosedException.class);
    }

    @Test
    void aStuckStreamIsCutWhenTheNodeCloses() {
        RecordingConnection stuck = node.connect(USER);
        stuck.stopReading();
        node.publish(USER, "e");
        node.settle();

        node.delivery.close();

        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.ABORTED);
    }

    @Test
    void closesAreCountedByReason() {
        node.connect(null, MINE);
        node.connect(null, MINE);
        revoke(Revocation.principal("42"));
        node.settle();

        assertThat(node.delivery.metrics().closesByReason()).containsEntry(CloseReason.REVOKED, 2L);
        assertThat(node.delivery.metrics().activeConnections()).isZero();
    }

    private RecordingConnection open(Access.Granted access, StreamRequest.Decision decision) {
        RecordingConnection connection = new RecordingConnection();
        connection.open(node.delivery.streams(), new StreamRequest(access, decision, null));
        connection.stream().ready();
        node.settle();
        return connection;
    }

    private void revoke(Revocation revocation) {
        done(node.delivery.revoke(revocation));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static long ended(List<RecordingConnection> all) {
        return all.stream()
                .filter(each -> each.state() != RecordingConnection.State.OPEN)
                .count();
    }

    private static ServerSentEvent last(RecordingConnection connection) {
        List<ServerSentEvent> all = connection.take();
        return all.get(all.size() - 1);
    }

    private static void assertEnded(RecordingConnection connection, String reason) {
        ServerSentEvent close = last(connection);
        assertThat(close.type()).isEqualTo("stream.close");
        assertThat(close.data()).isEqualTo("{\"reason\":\"" + reason + "\",\"reconnect\":true}");
        assertThat(connection.state()).isEqualTo(RecordingConnection.State.ENDED);
    }

    private static void assertEndsUnopened(RecordingConnection connection, String reason) {
        assertThat(connection.takeData())
                .containsExactly("stream.close{\"reason\":\"" + reason + "\",\"reconnect\":true}");
        assertThat(connection.state()).isEqualTo(RecordingConnection.State.ENDED);
        assertThat(connection.lastEventId()).isEmpty();
    }

    private void missTooManyRevocations() {
        for (int i = 0; i < 2 * ControlLog.RETENTION.maxEntries(); i++) {
            revoke(Revocation.principal("someone-" + i));
        }
    }

    private List<RecordingConnection> connectMany(int streams) {
        return IntStream.range(0, streams)
                .mapToObj(i -> node.connect(null, Access.to(USER).principal("p" + i)))
                .toList();
    }

    private static boolean isEnded(RecordingConnection connection) {
        return connection.state() == RecordingConnection.State.ENDED;
    }

    private static Duration retry(RecordingConnection connection) {
        List<ServerSentEvent> events = connection.events();
        return events.get(events.size() - 1).retry();
    }
}
