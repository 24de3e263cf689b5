package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state machine of a stream, trap by trap. */
class ConnectionTest {

    private static final byte[] FRAME = "data: a\n\n".getBytes(UTF_8);

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<Runnable> afterGrace = new ArrayList<>();
    private final ScriptedOutput out = new ScriptedOutput(calls);
    private final FakeAsyncContext async = new FakeAsyncContext(calls);
    private final AsyncEvent event = new AsyncEvent(async, null, null);
    private final Connection connection = new Connection(async, out, this::cut, null, afterGrace::add);
    private Runnable onCut = () -> {};

    @BeforeEach
    void start() {
        connection.start(new FakeStream(calls));
        assertThat(calls).containsExactly("addListener", "setWriteListener");
        calls.clear();
    }

    @Test
    void framesAreWrittenAndFlushed() {
        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.TAKEN);

        assertThat(out.sent()).isEqualTo("data: a\n\n");
        assertThat(calls).containsExactly("write", "flush");
    }

    @Test
    void theSharedArrayIsHandedOverAsItIs() {
        connection.offer(FRAME);

        assertThat(out.lastArray()).isSameAs(FRAME);
    }

    @Test
    void aBusyContainerTakesNothing() {
        out.fillSocket();
        connection.offer(FRAME);
        calls.clear();

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.NOT_READY);
        assertThat(calls).isEmpty();
    }

    @Test
    void noFlushFollowsAWriteThatIsStillPending() {
        out.fillSocket();

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.TAKEN);
        assertThat(calls).containsExactly("write");
    }

    @Test
    void anOwedFlushIsPaidWhenTheContainerCallsBackThoughNothingMoreIsWritten() {
        out.fillSocket();
        connection.offer(FRAME);
        assertThat(out.sent()).isEmpty();

        out.emptySocket();
        connection.onWritePossible();

        assertThat(out.sent()).isEqualTo("data: a\n\n");
        assertThat(calls).containsExactly("write", "flush", "ready");
    }

    @Test
    void aFlushIsOwedOnceOnly() {
        out.fillSocket();
        connection.offer(FRAME);
        out.emptySocket();
        connection.onWritePossible();
        connection.onWritePossible();

        assertThat(calls).containsExactly("write", "flush", "ready", "ready");
    }

    @Test
    void aCallBackWithNothingOwedTouchesNothingAndSaysReady() {
        connection.onWritePossible();

        assertThat(calls).containsExactly("ready");
    }

    @Test
    void aWriteAfterTheContainerCompletedNeverReachesTheResponse() {
        connection.onComplete(event);
        out.endRequest();

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        connection.onWritePossible();
        connection.end();
        connection.abort();
        assertThat(calls).as("neither writes, nor cuts, nor completes").containsExactly("gone");
    }

    @Test
    void theContainersEndWaitsForAWriteUnderWay() throws InterruptedException {
        Thread container = containerThatEndsTheRequest();
        out.onWrite(() -> startAndAwaitBlockedOrOver(container));

        connection.offer(FRAME);

        container.join();
        assertThat(calls).containsExactly("write", "flush", "gone", "reused by another request");
    }

    @Test
    void theContainersEndWaitsForACutUnderWay() throws InterruptedException {
        Thread container = containerThatEndsTheRequest();
        onCut = () -> {
            startAndAwaitBlockedOrOver(container);
            calls.add("cut off");
        };

        connection.abort();

        container.join();
        assertThat(calls).containsSubsequence("cut", "cut off", "reused by another request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"end", "abort", "lost", "failed write"})
    void theContainersEndWaitsForACompletionUnderWayOrThatWouldEndAnotherRequest(String way)
            throws InterruptedException {
        Thread container = containerThatEndsTheRequest();
        async.onComplete(() -> {
            startAndAwaitBlockedOrOver(container);
            calls.add("completed");
        });
        switch (way) {
            case "end" -> connection.end();
            case "abort" -> connection.abort();
            case "lost" -> connection.onError(new IOException("reset by peer"));
            default -> {
                out.onWrite(() -> {
                    throw new IOException("broken pipe");
                });
                connection.offer(FRAME);
            }
        }
        container.join();
        assertThat(calls).containsSubsequence("complete", "completed", "reused by another request");
    }

    @Test
    void aStreamThatCouldNotStartIsNotTouchedAgain() {
        IllegalStateException refusal = new IllegalStateException("not asynchronous");
        ScriptedOutput refusing = new ScriptedOutput(calls);
        refusing.refuseListeners(refusal);
        Connection failed = new Connection(async, refusing, this::cut, null, afterGrace::add);
        assertThatThrownBy(() -> failed.start(new FakeStream(calls))).isSameAs(refusal);
        calls.clear();

        assertThat(failed.offer(FRAME)).isEqualTo(Outcome.GONE);
        failed.end();
        failed.abort();
        assertThat(calls).isEmpty();
    }

    @Test
    void anErrorCompletesSinceJettyKeepsTheSocketOtherwise() {
        connection.onError(new IOException("reset by peer"));

        assertThat(calls).containsExactly("complete", "gone");
        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
    }

    @Test
    void aTimeOutCompletes() {
        connection.onTimeout(event);

        assertThat(calls).containsExactly("complete", "gone");
    }

    @Test
    void theSameLossToldTwiceCompletesOnce() {
        connection.onError(new IOException("reset by peer"));
        connection.onError(event);
        connection.onComplete(event);

        assertThat(calls).containsExactly("complete", "gone");
    }

    @Test
    void aWriteThatFailsCompletesOnce() {
        out.onWrite(() -> {
            throw new IOException("broken pipe");
        });

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        connection.onError(event);
        assertThat(calls).containsExactly("write", "complete");
    }

    @Test
    void anExceptionOfTheContainerIsALostPeerToo() {
        out.onFlush(() -> {
            throw new IllegalStateException("recycled");
        });

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        assertThat(calls).containsExactly("write", "flush", "complete");
    }

    @Test
    void anErrorInAWriteEndsTheStreamOrTheSameFramesWouldFollowTheirOwnBeginning() {
        StackOverflowError error = new StackOverflowError();
        out.onWrite(() -> {
            throw error;
        });

        assertThatThrownBy(() -> connection.offer(FRAME)).isSameAs(error);
        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        assertThat(calls).containsExactly("write", "complete");
    }

    @Test
    void anErrorAtTheEndCompletesAllTheSame() {
        StackOverflowError error = new StackOverflowError();
        out.fillSocket();
        connection.offer(FRAME);
        out.emptySocket();
        out.onFlush(() -> {
            throw error;
        });

        assertThatThrownBy(connection::end).isSameAs(error);
        assertThat(calls).containsExactly("write", "flush", "complete");
    }

    @Test
    void anErrorToldWithinOurOwnFlushAsUndertowDoesCompletesOnce() {
        out.onFlush(() -> {
            connection.onError(event);
            connection.onComplete(event);
            throw new IOException("broken pipe");
        });

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        assertThat(calls).containsExactly("write", "flush", "complete", "gone");
    }

    @Test
    void anOwedFlushThatFailsEndsTheStream() {
        out.fillSocket();
        connection.offer(FRAME);
        out.emptySocket();
        out.onFlush(() -> {
            throw new IOException("broken pipe");
        });
        connection.onWritePossible();

        assertThat(calls).containsExactly("write", "flush", "complete", "gone");
    }

    @Test
    void completingARequestThatTheContainerHasEndedIsNoError() {
        async.endRequest();

        connection.end();

        assertThat(calls).containsExactly("complete");
    }

    @Test
    void anEndCompletesOnce() {
        connection.offer(FRAME);
        connection.end();
        connection.onComplete(event);

        assertThat(calls).containsExactly("write", "flush", "complete");
    }

    @Test
    void anEndWaitsUntilWhatWasTakenIsSentSinceJettyAbortsOverAPendingWrite() {
        out.fillSocket();
        connection.offer(FRAME);
        connection.end();
        assertThat(calls).containsExactly("write");

        out.emptySocket();
        connection.onWritePossible();

        assertThat(out.sent()).isEqualTo("data: a\n\n");
        assertThat(calls).containsExactly("write", "flush", "complete");
    }

    @Test
    void anEndWaitsForTheFlushThatItPaysToo() {
        out.fillSocket();
        connection.offer(FRAME);
        connection.end();
        out.emptySocket();
        out.fillSocket();
        connection.onWritePossible();
        assertThat(calls).containsExactly("write", "flush", "ready");

        out.emptySocket();
        connection.onWritePossible();

        assertThat(calls).containsExactly("write", "flush", "ready", "complete");
    }

    @Test
    void anEndWhoseFlushFailsCompletesAtOnce() {
        out.fillSocket();
        connection.offer(FRAME);
        out.emptySocket();
        out.onFlush(() -> {
            throw new IOException("broken pipe");
        });
        connection.end();

        assertThat(afterGrace).isEmpty();
        assertThat(calls).containsExactly("write", "flush", "complete");
    }

    @Test
    void anEndThatThePeerDoesNotReadIsCutAfterAGrace() {
        out.fillSocket();
        connection.offer(FRAME);
        connection.end();

        afterGrace.forEach(Runnable::run);

        assertThat(calls).containsExactly("write", "cut", "complete");
    }

    @Test
    void aGraceEndsInThePoolAndNotOnTheOneThreadThatKeepsEverybodysTime() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        Connection stuck = new Connection(
                async,
                out,
                cutOff -> {
                    thread.complete(Thread.currentThread().getName());
                    return true;
                },
                null);
        stuck.start(new FakeStream(calls));
        out.fillSocket();
        stuck.offer(FRAME);

        stuck.end();

        assertThat(thread.get(40, SECONDS)).doesNotContain("DelayScheduler");
    }

    @Test
    void aGraceThatIsOverAfterTheEndDoesNothing() {
        out.fillSocket();
        connection.offer(FRAME);
        connection.end();
        out.emptySocket();
        connection.onWritePossible();
        calls.clear();

        afterGrace.forEach(Runnable::run);

        assertThat(calls).isEmpty();
    }

    @Test
    void anAbortCutsBeforeItCompletesSinceTheRequestIsOverAfterwards() {
        connection.abort();

        assertThat(calls).containsExactly("cut", "complete");
    }

    @Test
    void anAbortWritesNothingMore() {
        connection.abort();

        assertThat(connection.offer(FRAME)).isEqualTo(Outcome.GONE);
        connection.onWritePossible();
        assertThat(calls).containsExactly("cut", "complete");
    }

    @Test
    void aWriteThatFailedIsLeftToAContainerThatEndsItByItself() {
        ScriptedOutput broken = new ScriptedOutput(calls);
        Connection left = tidied(broken);
        broken.onWrite(() -> {
            throw new IOException("broken pipe");
        });

        assertThat(left.offer(FRAME)).isEqualTo(Outcome.GONE);
        assertThat(left.offer(FRAME)).isEqualTo(Outcome.GONE);
        left.onError(event);
        left.onComplete(event);
        assertThat(calls).containsExactly("write");
    }

    @Test
    void aWriteThatFailedAtTheEndIsLeftToAContainerThatEndsItByItself() {
        ScriptedOutput broken = new ScriptedOutput(calls);
        Connection left = tidied(broken);
        broken.fillSocket();
        left.offer(FRAME);
        broken.emptySocket();
        broken.onFlush(() -> {
            throw new IOException("broken pipe");
        });

        left.end();
        assertThat(left.offer(FRAME)).isEqualTo(Outcome.GONE);
        assertThat(calls).containsExactly("write", "flush");
    }

    @Test
    void aCutThatEndsTheRequestIsNotCompleted() {
        Connection stuck = tidied(new ScriptedOutput(calls));

        stuck.abort();
        assertThat(calls).containsExactly("cut");
    }

    private Connection tidied(ScriptedOutput output) {
        Connection tidied = new Connection(async, output, new TidyContainer(), null, afterGrace::add);
        tidied.start(new FakeStream(calls));
        calls.clear();
        return tidied;
    }

    @Test
    void nothingIsDoneToAConnectionWhileAThreadOfTheContainerIsAtIt() throws Exception {
        ReentrantLock containersLock = new ReentrantLock();
        Connection guarded = guardedBy(containersLock);
        ExecutorService container = Executors.newSingleThreadExecutor();
        try {
            container.submit(containersLock::lock).get();

            assertThat(guarded.offer(FRAME)).isEqualTo(Outcome.NOT_READY);
            guarded.onWritePossible();
            assertThat(calls).isEmpty();
            container.submit(containersLock::unlock).get();
            Until.holds(() -> calls.contains("ready"), calls::toString);
            assertThat(guarded.offer(FRAME)).isEqualTo(Outcome.TAKEN);

            container.submit(containersLock::lock).get();
            guarded.abort();
            assertThat(calls).doesNotContain("cut");
            container.submit(containersLock::unlock).get();
            Until.holds(() -> calls.contains("complete"), calls::toString);
            assertThat(calls).containsSubsequence("ready", "write", "flush", "cut", "complete");
        } finally {
            container.shutdownNow();
        }
    }

    @Test
    void anEndWaitsForTheThreadOfTheContainer() throws Exception {
        ReentrantLock containersLock = new ReentrantLock();
        Connection guarded = guardedBy(containersLock);
        ExecutorService container = Executors.newSingleThreadExecutor();
        try {
            container.submit(containersLock::lock).get();

            guarded.end();
            assertThat(calls).isEmpty();
            container.submit(containersLock::unlock).get();

            Until.holds(() -> calls.contains("complete"), calls::toString);
            assertThat(calls).containsExactly("complete");
        } finally {
            container.shutdownNow();
        }
    }

    private Connection guardedBy(Lock containersLock) {
        Connection guarded =
                new Connection(async, new ScriptedOutput(calls), this::cut, containersLock, afterGrace::add);
        guarded.start(new FakeStream(calls));
        calls.clear();
        return guarded;
    }

    @Test
    void anEndBeforeTheStartCompletesAndLeavesTheOutputAlone() {
        Connection early = new Connection(async, new ScriptedOutput(calls), this::cut, null, afterGrace::add);
        early.end();
        early.start(new FakeStream(calls));

        assertThat(calls).containsExactly("complete");
    }

    private boolean cut(AsyncContext cutOff) {
        calls.add("cut");
        onCut.run();
        return false;
    }

    /** As Tomcat: it ends what failed by itself, perhaps before anybody could complete it. */
    private final class TidyContainer implements Abort {

        @Override
        public boolean cut(AsyncContext cutOff) {
            calls.add("cut");
            return true;
        }

        @Override
        public boolean endsAfterFailedWrite(IOException failure) {
            return true;
        }
    }

    /** Its call-back must not return before the loop has let go of the response. */
    private Thread containerThatEndsTheRequest() {
        return new Thread(() -> {
            connection.onComplete(event);
            calls.add("reused by another request");
        });
    }

    private static void startAndAwaitBlockedOrOver(Thread thread) {
        thread.start();
        while (thread.getState() != Thread.State.BLOCKED && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
    }
}
