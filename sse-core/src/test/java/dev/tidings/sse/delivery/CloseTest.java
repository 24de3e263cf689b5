package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.RecordingConnection.State;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Whoever comes to a node is ended by its close, whatever has become of him until then. */
class CloseTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Access.Granted ACCESS = Access.to(USER);

    @Test
    void whoWasRefusedAndIsNotReadyIsCutByTheClose() {
        SteppedNode full = new SteppedNode(settings -> settings.withMaxStreams(1));
        full.connect(USER);
        RecordingConnection refused = full.open(null, ACCESS);
        full.settle();

        full.delivery.close();

        assertThat(refused.state()).isEqualTo(State.ABORTED);
    }

    @Test
    void aStreamThatOpensWhileTheNodeClosesIsCut() {
        ClosedMeanwhile meanwhile = new ClosedMeanwhile();

        RecordingConnection late = meanwhile.node.open(null, ACCESS);

        assertThat(late.state()).isEqualTo(State.ABORTED);
        late.stream().ready();
        assertThat(late.takeData()).isEmpty();
        assertThat(meanwhile.node.delivery.metrics().activeConnections()).isZero();
    }

    @Test
    void aSubscriptionThatBeginsWhileTheNodeClosesFailsToOpen() {
        ClosedMeanwhile meanwhile = new ClosedMeanwhile();

        Subscription late = meanwhile.node.delivery.subscribe(Subscription.Request.of(USER), (topic, entry) -> {});

        assertFailsToOpen(late);
        assertThat(meanwhile.node.delivery.metrics().activeSubscriptions()).isZero();
    }

    @Test
    void whoComesAnyMomentOfACloseIsEnded() throws Exception {
        for (int round = 0; round < 50; round++) {
            EventBroadcaster broadcaster = EventBroadcaster.builder().loops(2).build();
            Queue<CompletableFuture<Void>> ends = new ConcurrentLinkedQueue<>();
            CompletableFuture<Void> opener = CompletableFuture.runAsync(() -> openUntilClosed(broadcaster, ends));
            while (ends.size() < round % 5) {
                Thread.onSpinWait();
            }

            broadcaster.close();

            opener.get(60, TimeUnit.SECONDS);
            for (CompletableFuture<Void> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aSubscriptionFailsToOpenWhereItsExecutorTakesNothing() {
        SteppedNode node = new SteppedNode();
        Subscription.Request request = Subscription.Request.of(USER);

        Subscription refused = node.delivery.subscribe(
                request.executor(task -> {
                    throw new RejectedExecutionException("scripted");
                }),
                (topic, entry) -> {});
        Subscription broken = node.delivery.subscribe(
                request.executor(task -> {
                    throw new IllegalStateException("scripted");
                }),
                (topic, entry) -> {});
        node.settle();

        assertFailsToOpen(refused);
        assertFailsToOpen(broken);
        assertThat(node.delivery.metrics().activeSubscriptions()).isZero();
    }

    @Test
    void whoWasRefusedHasTheTimeOfTheWriteDeadlineToBecomeReady() {
        SteppedNode full = new SteppedNode(settings -> settings.withMaxStreams(1));
        full.connect(USER);
        RecordingConnection late = full.open(null, ACCESS);
        RecordingConnection never = full.open(null, ACCESS);
        full.settle();

        full.advance(Duration.ofSeconds(14));
        late.stream().ready();
        full.settle();
        full.advance(Duration.ofSeconds(1));

        assertThat(late.takeData()).containsExactly("stream.close{\"reason\":\"limit\",\"reconnect\":true}");
        assertThat(late.state()).isEqualTo(State.ENDED);
        assertThat(never.state()).isEqualTo(State.ABORTED);
    }

    @Test
    void whoSaysToBeReadyAndTakesNothingIsCutSoon() {
        SteppedNode full = new SteppedNode(settings -> settings.withMaxStreams(1));
        full.connect(USER);
        RecordingConnection stuck = full.open(null, ACCESS);
        stuck.stopReading();
        stuck.stream().ready();
        full.settle();

        full.advance(Duration.ofSeconds(2));

        assertThat(stuck.state()).isEqualTo(State.ABORTED);
    }

    @Test
    void whoIsGoneIsNotCalledAgainByALoopThatHasNotHeardOfItYet() {
        SteppedNode node = new SteppedNode();
        AtomicReference<RecordingConnection> leaves = new AtomicReference<>();
        RecordingConnection page = node.connect(null, ACCESS.filter(event -> {
            leaves.get().disconnect(); // while the loop puts together what it is about to write
            return true;
        }));
        leaves.set(page);
        int offers = page.offers();

        node.publish(USER, "too late");
        node.settle();

        assertThat(page.offers()).isEqualTo(offers);
        assertThat(page.state()).isEqualTo(State.OPEN);
        assertThat(node.delivery.metrics().activeConnections()).isZero();
    }

    private static void assertFailsToOpen(Subscription subscription) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> subscription.opened().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .withCauseInstanceOf(BroadcasterClosedException.class);
    }

    private static void openUntilClosed(EventBroadcaster broadcaster, Queue<CompletableFuture<Void>> ends) {
        Streams streams = broadcaster.streams();
        try {
            for (int i = 0; i < 10_000; i++) {
                CompletableFuture<Void> end = new CompletableFuture<>();
                Stream stream = streams.open(new StreamRequest(ACCESS, streams.beginDecision(), null), endingWith(end));
                ends.add(end);
                if (i % 2 == 0) {
                    stream.ready();
                }
            }
        } catch (BroadcasterClosedException closed) {
            assertThat(closed).isNotNull();
        }
    }

    private static FrameSubscriber endingWith(CompletableFuture<Void> end) {
        return new FrameSubscriber() {
            @Override
            public Outcome offer(byte[] frames) {
                return Outcome.TAKEN;
            }

            @Override
            public void end() {
                end.complete(null);
            }

            @Override
            public void abort() {
                end.complete(null);
            }
        };
    }

    /** A node that is closed by another thread just when somebody has found it open. */
    private static final class ClosedMeanwhile extends ForwardingBackplane {

        private Runnable meanwhile = () -> {};
        private final SteppedNode node;

        ClosedMeanwhile() {
            this(new ManualClock());
        }

        private ClosedMeanwhile(ManualClock time) {
            super(new MemoryBackplane(time));
            node = new SteppedNode(settings -> settings, time, this);
            meanwhile = node.delivery::close;
        }

        @Override
        public int logTag() { // asked for between the two
            meanwhile.run();
            return super.logTag();
        }
    }
}
