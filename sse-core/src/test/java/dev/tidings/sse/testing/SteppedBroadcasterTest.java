package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.Access;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SteppedBroadcasterTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final String OPENED = "stream.open{\"heartbeat\":15000,\"resumed\":false,\"new\":[]}";
    private static final String RESUMED = "stream.open{\"heartbeat\":15000,\"resumed\":true,\"new\":[]}";

    private final SteppedBroadcaster node = SteppedBroadcaster.create();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void nothingIsDeliveredBeforeAStep() {
        RecordingConnection page = node.connect(Access.to(USER));
        publish("1");
        assertThat(page.takeData()).containsExactly(OPENED);

        node.settle();

        assertThat(page.takeData()).containsExactly("1");
        assertThat(node.step()).as("a step after all were done").isFalse();
    }

    @Test
    void whoComesBackGetsWhatItMissed() {
        RecordingConnection page = node.connect(Access.to(USER));
        page.disconnect();
        publish("1");
        publish("2");

        RecordingConnection back = node.connect(Access.to(USER), page.lastEventId());

        assertThat(back.takeData()).containsExactly(RESUMED, "1", "2");
        assertThat(page.events()).hasSize(1);
    }

    @Test
    void settingsAreTaken() {
        try (SteppedBroadcaster small = SteppedBroadcaster.create(settings -> settings.loops(3)
                .retention(Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES))
                .heartbeat(Duration.ofSeconds(5)))) {
            RecordingConnection page = small.connect(Access.to(USER));
            page.disconnect();
            small.settle();
            for (int i = 0; i < 20; i++) {
                small.broadcaster().publish(USER, Event.of("event", "" + i));
            }

            RecordingConnection back = small.connect(Access.to(USER), page.lastEventId());

            assertThat(back.takeData())
                    .startsWith(
                            "stream.open{\"heartbeat\":5000,\"resumed\":true,\"new\":[]}",
                            "stream.gap{\"topic\":\"user:42\",\"reason\":\"trimmed\"}",
                            "4");
        }
    }

    @Test
    void timePassesFromTimerToTimer() {
        RecordingConnection page = node.connect(Access.to(USER)
                .expiresAt(node.clock().instant().plus(Duration.ofMinutes(10).plusMillis(1))));

        node.advance(Duration.ofMinutes(10));
        assertThat(page.heartbeats()).isEqualTo(40);
        assertThat(page.state()).isEqualTo(RecordingConnection.State.OPEN);
        node.advance(Duration.ofSeconds(1));

        assertThat(page.takeData()).containsExactly(OPENED, "stream.close{\"reason\":\"expired\",\"reconnect\":true}");
        assertThat(page.state()).isEqualTo(RecordingConnection.State.ENDED);
    }

    @Test
    void aPageThatDoesNotReadCatchesUpOrIsCutOff() {
        RecordingConnection page = node.connect(Access.to(USER));
        page.take();
        page.stopReading();
        publish("1");
        publish("2");
        node.settle();
        assertThat(page.takeData()).isEmpty();

        page.readAgain();
        node.settle();
        assertThat(page.takeData()).containsExactly("1", "2");

        page.stopReading();
        publish("3");
        node.advance(Duration.ofMinutes(1));
        assertThat(page.state()).isEqualTo(RecordingConnection.State.ABORTED);
    }

    @Test
    void aPageThatVanishedIsFoundOutByAWrite() {
        RecordingConnection page = node.connect(Access.to(USER));
        page.vanish();
        node.settle();
        assertThat(node.broadcaster().metrics().activeConnections()).isEqualTo(1);

        node.advance(Duration.ofSeconds(15));

        assertThat(node.broadcaster().metrics().activeConnections()).isZero();
    }

    @Test
    void aRevocationEndsAStream() {
        RecordingConnection page = node.connect(Access.to(USER).principal("42"));
        node.broadcaster().revoke(Revocation.principal("42"));
        node.settle();

        assertThat(page.takeData()).endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
    }

    @Test
    void anInProcessSubscriberIsCalledByStepsOnly() {
        RecordingSubscriber subscriber = new RecordingSubscriber(Duration.ZERO);
        Subscription subscription = node.subscribe(Subscription.Request.of(USER), subscriber);
        assertThat(subscription.opened().toCompletableFuture()).isCompleted();
        publish("1");
        subscriber.assertExhausted();

        node.settle();

        assertThat(subscriber.nextEvent().event().data()).isEqualTo("1");
        node.close();
        assertThat(subscriber.closed()).isEqualTo(CloseReason.DRAIN);
        subscriber.assertExhausted();
    }

    @Test
    void anExecutorThatRunsTasksAtOnceIsAStepToo() {
        List<Thread> threads = new ArrayList<>();
        node.subscribe(
                Subscription.Request.of(USER).executor(Runnable::run),
                (topic, entry) -> threads.add(Thread.currentThread()));
        publish("1");
        node.settle();

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void whatNeverSettlesFails() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> node.executor().execute(again[0]);
        again[0].run();

        assertThatThrownBy(node::settle).isInstanceOf(AssertionError.class).hasMessageContaining("expected to settle");
        again[0] = () -> {};
    }

    @Test
    void twoNodesOverTheSameLogs() {
        ScriptedBackplane far = new ScriptedBackplane(node.backplane().logs());
        try (SteppedBroadcaster other = SteppedBroadcaster.create(node.clock(), far, settings -> settings)) {
            RecordingConnection page = other.connect(Access.to(USER));
            publish("1");
            other.settle();
            assertThat(page.takeData()).containsExactly(OPENED, "1");
            publish("2");

            assertThat(node.connect(Access.to(USER), page.lastEventId()).takeData())
                    .containsExactly(RESUMED, "2");
        }
    }

    @Test
    void aNextLifeKnowsThatItsLogIsAnother() {
        RecordingConnection page = node.connect(Access.to(USER));
        ScriptedBackplane next = ScriptedBackplane.inMemory(node.clock());
        try (SteppedBroadcaster restarted = SteppedBroadcaster.create(node.clock(), next, settings -> settings)) {
            RecordingConnection back = restarted.connect(Access.to(USER), page.lastEventId());

            assertThat(back.takeData())
                    .containsExactly(RESUMED, "stream.gap{\"topic\":\"user:42\",\"reason\":\"reset\"}");
        }
    }

    @Test
    void aSubscriberFromAnUnreadableCursorIsToldAGap() {
        RecordingSubscriber subscriber = new RecordingSubscriber(Duration.ZERO);
        node.subscribe(Subscription.Request.of(USER).from(new Cursor("x")), subscriber);

        assertThat(subscriber.nextGap()).isEqualTo(new Gap(USER, Gap.Reason.BAD_CURSOR));
    }

    @Test
    void theKitsOwnBackplaneAndLoopsWin() {
        ScriptedBackplane unused = ScriptedBackplane.inMemory(new ManualClock());
        try (SteppedBroadcaster stepped = SteppedBroadcaster.create(settings -> settings.backplane(unused))) {
            stepped.backplane().goAway();

            assertThat(stepped.broadcaster().status()).isEqualTo(Status.STALE);
        }
    }

    private void publish(String data) {
        node.broadcaster().publish(USER, Event.of("event", data));
    }
}
