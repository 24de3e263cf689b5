package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ServerSentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");

    private final SteppedNode node = new SteppedNode();

    @Test
    void aStreamOpensWithACursorBeforeAnyEvent() {
        RecordingConnection connection = node.connect(USER);

        ServerSentEvent open = connection.take().get(0);
        assertThat(open.type()).isEqualTo("stream.open");
        assertThat(open.data()).isEqualTo("{\"heartbeat\":15000,\"resumed\":false,\"new\":[]}");
        assertThat(open.retry()).isEqualTo(Duration.ofMillis(1000));
        assertThat(open.lastEventId()).hasSize(20);
    }

    @Test
    void eventsArriveInPublishOrder() {
        RecordingConnection connection = node.connect(USER);
        connection.take();

        for (int i = 0; i < 5; i++) {
            node.publish(USER, "e" + i);
            node.settle();
        }

        assertThat(connection.takeData()).containsExactly("e0", "e1", "e2", "e3", "e4");
    }

    @Test
    void whatPiledUpIsOneWrite() {
        RecordingConnection connection = node.connect(USER);
        int before = connection.writes();

        for (int i = 0; i < 10; i++) {
            node.publish(USER, "e" + i);
        }
        node.settle();

        assertThat(connection.writes() - before).isEqualTo(1);
    }

    @Test
    void aWriteIsBounded() {
        RecordingConnection connection = node.connect(USER);

        for (int i = 0; i < 20; i++) {
            node.publish(USER, "x".repeat(10_000));
        }
        node.settle();

        assertThat(connection.largestWrite()).isLessThanOrEqualTo(FrameJoiner.MAX_BYTES);
        assertThat(connection.take()).hasSize(21);
    }

    @Test
    void anEventLargerThanAWriteIsAWriteOfItsOwn() {
        RecordingConnection connection = node.connect(USER);
        connection.take();

        node.publish(USER, "small");
        node.publish(USER, "x".repeat(60_000));
        node.publish(USER, "small");
        node.settle();

        assertThat(connection.take())
                .extracting(message -> message.data().length())
                .containsExactly(5, 60_000, 5);
    }

    @Test
    void aTopicThatIsGrantedTwiceIsReadOnceAndDisturbsNobody() {
        Access.Granted twice = new Access.Granted(List.of(USER, GUILD, USER), null, null, null, null);
        RecordingConnection connection = node.connect(null, twice);
        RecordingConnection other = node.connect(USER);
        connection.take();
        other.take();

        node.publish(USER, "a");
        node.settle();
        List<String> received = connection.takeData();
        connection.disconnect();
        node.settle();
        node.publish(USER, "b");
        node.settle();

        assertThat(received).containsExactly("a");
        assertThat(other.takeData()).containsExactly("a", "b");
    }

    @Test
    void anEventFromAClockThatIsAheadTookNoTime() {
        node.connect(USER);
        node.publish(USER, "e");
        node.time.jump(Duration.ofSeconds(-10));
        node.settle();

        BroadcasterMetrics metrics = node.delivery.metrics();
        assertThat(metrics.deliveredByType()).containsEntry("event", 1L);
        assertThat(metrics.averageLatency()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aReconnectGetsExactlyWhatItMissed() {
        RecordingConnection first = node.connect(USER);
        node.publish(USER, "seen");
        node.settle();
        first.disconnect();
        for (String missed : List.of("a", "b", "c")) {
            node.publish(USER, missed);
        }

        RecordingConnection second = node.connect(first.lastEventId(), USER);

        assertThat(second.takeData())
                .containsExactly("stream.open{\"heartbeat\":15000,\"resumed\":true,\"new\":[]}", "a", "b", "c");
    }

    @Test
    void aClientThatReceivedNoEventResumesFromStreamOpen() {
        RecordingConnection first = node.connect(USER);
        first.disconnect();
        node.publish(USER, "missed");

        assertThat(node.connect(first.lastEventId(), USER).takeData()).endsWith("missed");
    }

    @Test
    void aCursorTakenBeforeTheSnapshotCoversWhatComesBetween() {
        String cursor = node.delivery
                .position(List.of(USER))
                .toCompletableFuture()
                .join()
                .text();
        node.publish(USER, "between");

        assertThat(node.connect(cursor, USER).takeData()).endsWith("between");
    }

    @Test
    void oneCursorCoversAllTopics() {
        RecordingConnection first = node.connect(USER, GUILD);
        node.publish(USER, "u1");
        node.publish(GUILD, "g1");
        node.settle();
        first.disconnect();
        node.publish(GUILD, "g2");
        node.publish(USER, "u2");

        List<String> missed = node.connect(first.lastEventId(), USER, GUILD).takeData();

        assertThat(missed.subList(1, missed.size())).containsExactlyInAnyOrder("u2", "g2");
    }

    @Test
    void everyBlockOfAMultiTopicStreamCanBeResumedFrom() {
        RecordingConnection all = node.connect(USER, GUILD);
        for (int i = 0; i < 3; i++) {
            node.publish(USER, "u" + i);
            node.publish(GUILD, "g" + i);
        }
        node.settle();
        List<ServerSentEvent> messages = all.take();

        for (int i = 0; i < messages.size(); i++) {
            List<String> rest = new ArrayList<>();
            messages.subList(i + 1, messages.size()).forEach(message -> rest.add(message.data()));
            List<String> resumed =
                    node.connect(messages.get(i).lastEventId(), USER, GUILD).takeData();
            assertThat(resumed.subList(1, resumed.size()))
                    .as("from block " + i)
                    .containsExactlyInAnyOrderElementsOf(rest);
        }
    }

    @Test
    void aTopicThatTheCursorDoesNotNameStartsAtItsEndAndIsToldAsNew() {
        RecordingConnection first = node.connect(USER);
        node.publish(GUILD, "before");

        RecordingConnection second = node.connect(first.lastEventId(), USER, GUILD);
        node.publish(GUILD, "after");
        node.settle();

        assertThat(second.takeData())
                .containsExactly("stream.open{\"heartbeat\":15000,\"resumed\":true,\"new\":[\"guild:7\"]}", "after");
    }

    @Test
    void aSubscriberThatStopsReadingIsNotReadForAndCatchesUpLater() {
        RecordingConnection frozen = node.connect(USER);
        RecordingConnection healthy = node.connect(USER);
        frozen.take();
        healthy.take();
        frozen.stopReading();

        for (int i = 0; i < 100; i++) {
            node.publish(USER, "e" + i);
            node.settle();
        }

        assertThat(healthy.take()).hasSize(100);
        assertThat(frozen.offers() - frozen.writes()).as("offers in vain").isEqualTo(1);
        frozen.readAgain();
        node.settle();
        assertThat(frozen.take()).hasSize(100);
    }

    @Test
    void whoFallsBehindTheRetentionIsToldOnceAndGetsWhatIsLeft() {
        RecordingConnection slow = node.connect(USER);
        slow.take();
        slow.stopReading();
        for (int i = 0; i < 300; i++) {
            node.publish(USER, "e" + i);
        }
        node.settle();

        slow.readAgain();
        node.settle();

        List<String> received = slow.takeData();
        assertThat(received.get(0)).isEqualTo("stream.gap{\"topic\":\"user:42\",\"reason\":\"trimmed\"}");
        assertThat(received.subList(1, received.size()))
                .hasSize(256)
                .startsWith("e44")
                .endsWith("e299");
    }

    @Test
    void whatAFilterDropsStillMovesTheCursor() {
        Access.Granted evenOnly = Access.to(USER).filter(event -> event.data().startsWith("even"));
        RecordingConnection connection = node.connect(null, evenOnly);
        connection.take();
        node.publish(USER, "even 1");
        node.publish(USER, "odd");
        node.settle();
        assertThat(connection.takeData()).containsExactly("even 1");

        node.advance(Duration.ofSeconds(15));

        assertThat(connection.takeData()).containsExactly("stream.cursor{}");
        assertThat(node.connect(connection.lastEventId(), USER).takeData()).hasSize(1);
    }

    @Test
    void aFilterThatThrowsEndsItsStreamAndNoOther() {
        RecordingConnection broken = node.connect(null, Access.to(USER).filter(event -> {
            throw new IllegalStateException("broken filter");
        }));
        RecordingConnection healthy = node.connect(USER);
        broken.take();
        healthy.take();

        node.publish(USER, "e");
        node.settle();

        assertThat(broken.takeData()).containsExactly("stream.close{\"reason\":\"error\",\"reconnect\":true}");
        assertThat(broken.state()).isEqualTo(RecordingConnection.State.ENDED);
        assertThat(healthy.takeData()).containsExactly("e");
    }

    @Test
    void anIdleConnectionGetsHeartbeats() {
        RecordingConnection connection = node.connect(USER);

        node.advance(Duration.ofSeconds(15));
        node.advance(Duration.ofSeconds(15));

        assertThat(connection.heartbeats()).isEqualTo(2);
    }

    @Test
    void aBusyConnectionGetsNone() {
        RecordingConnection connection = node.connect(USER);

        for (int i = 0; i < 10; i++) {
            node.advance(Duration.ofSeconds(10));
            node.publish(USER, "e");
            node.settle();
        }

        assertThat(connection.heartbeats()).isZero();
    }

    @Test
    void aConnectionThatTakesNothingIsCutAtTheWriteDeadline() {
        RecordingConnection stuck = node.connect(USER);
        stuck.stopReading();
        node.publish(USER, "e");
        node.settle();

        node.advance(Duration.ofSeconds(14));
        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.OPEN);
        node.advance(Duration.ofSeconds(1));

        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.ABORTED);
        assertThat(node.delivery.metrics().activeConnections()).isZero();
    }

    @Test
    void aConnectionThatNeverBecomesReadyIsCut() {
        RecordingConnection stuck = node.open(null, Access.to(USER));
        node.settle();

        node.advance(Duration.ofSeconds(15));
        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.OPEN);
        node.advance(Duration.ofSeconds(15));

        assertThat(stuck.state()).isEqualTo(RecordingConnection.State.ABORTED);
        assertThat(node.delivery.metrics().activeConnections()).isZero();
    }

    @Test
    void aPeerThatIsGoneIsForgottenAtTheNextWrite() {
        RecordingConnection gone = node.connect(USER);
        gone.vanish();

        node.advance(Duration.ofSeconds(15));

        assertThat(node.delivery.metrics().activeConnections()).isZero();
        assertThat(gone.state()).isEqualTo(RecordingConnection.State.OPEN);
    }

    @Test
    void aTopicWithoutReadersIsNotFollowed() {
        RecordingConnection connection = node.connect(USER);
        assertThat(node.loop().topic(USER)).isNotNull();

        connection.disconnect();
        node.settle();

        assertThat(node.loop().topic(USER)).isNull();
    }

    @Test
    void readersMayComeAndGoInTheMiddleOfAPass() {
        List<RecordingConnection> connections = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            connections.add(node.connect(USER));
        }
        node.publish(USER, "e");
        while (connections.get(100).writes() < 2) {
            node.loop().step();
        }
        for (int i = 0; i < 300; i += 3) {
            connections.get(i).disconnect();
        }
        connections.add(node.open(null, Access.to(USER)));
        node.settle();

        for (int i = 0; i < 300; i++) {
            if (i % 3 != 0) {
                assertThat(connections.get(i).takeData()).as("connection " + i).endsWith("e");
            }
        }
    }

    @Test
    void onAnotherTopicOfTheLoopAnEventWaitsForAFewSlicesOnly() {
        for (int i = 0; i < 1_000; i++) {
            node.connect(USER);
        }
        RecordingConnection other = node.connect(GUILD);
        int before = other.writes();
        node.publish(USER, "busy");
        node.loop().step();
        node.loop().step();
        node.publish(GUILD, "quick");

        int steps = 0;
        while (other.writes() == before) {
            node.loop().step();
            steps++;
        }

        assertThat(steps).isLessThanOrEqualTo(4);
    }

    @Test
    void anUnencodableEventIsNotPublishable() {
        node.publish(USER, Event.of("e", "\ud800 lone"));
        RecordingConnection connection = node.connect(USER);
        connection.take();
        node.publish(USER, Event.of("e", "\ud800 lone"));
        node.settle();

        assertThat(connection.takeData()).containsExactly("\ufffd lone");
    }

    @Test
    void manyHeartbeatsThatFallDueTogetherAreGivenASliceAtATime() {
        List<RecordingConnection> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(node.connect(USER));
        }
        node.time.advance(Duration.ofSeconds(15));

        int before = 0;
        while (node.loop().step()) {
            int beats = all.stream().mapToInt(RecordingConnection::heartbeats).sum();
            assertThat(beats - before).isLessThanOrEqualTo(Turn.SLICE);
            before = beats;
        }
        assertThat(before).isEqualTo(all.size());
    }
}
