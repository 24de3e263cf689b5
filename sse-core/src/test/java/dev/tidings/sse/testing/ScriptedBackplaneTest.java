package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ScriptedBackplaneTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final String STALE = "stream.status{\"state\":\"stale\"}";
    private static final String FRESH = "stream.status{\"state\":\"fresh\"}";

    private final SteppedBroadcaster node = SteppedBroadcaster.create();
    private final ScriptedBackplane backplane = node.backplane();
    private final RecordingConnection page = node.connect(Access.to(USER));

    @AfterEach
    void close() {
        node.close();
    }

    @TestFactory
    Stream<DynamicTest> withoutAScriptItKeepsTheContract() {
        ManualClock clock = new ManualClock();
        return BackplaneContract.checks(() -> ScriptedBackplane.inMemory(clock), clock::advance).stream()
                .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
    }

    @Test
    void anOutageFailsPublishesAndDelaysWhatOtherNodesPublish() {
        page.take();
        backplane.goAway();
        elsewhere("1");
        node.settle();

        assertThat(failure(publish("lost")).outcomeKnown()).isTrue();
        assertThat(failure(node.broadcaster().position(USER))).isNotNull();
        assertThat(node.broadcaster().status()).isEqualTo(Status.STALE);
        assertThat(page.takeData()).containsExactly(STALE);

        backplane.comeBack();
        node.settle();

        assertThat(node.broadcaster().status()).isEqualTo(Status.FRESH);
        assertThat(page.takeData()).containsExactlyInAnyOrder("1", FRESH);
    }

    @Test
    void whatWasLostDuringAnOutageIsReadAgainAfterIt() {
        page.take();
        backplane.goAway();
        backplane.loseEntries(true);
        elsewhere("1");
        backplane.loseEntries(false);
        backplane.comeBack();
        node.settle();

        assertThat(page.takeData()).contains("1");
    }

    @Test
    void aStreamThatOpensDuringAnOutageBeginsAfterIt() {
        backplane.goAway();
        Topic other = Topic.of("guild", "7");
        RecordingConnection late = node.connect(Access.to(other));
        assertThat(late.takeData()).doesNotContain("stream.open");

        backplane.comeBack();
        node.advance(Duration.ofSeconds(1));

        assertThat(late.takeData()).anyMatch(data -> data.startsWith("stream.open"));
    }

    @Test
    void whoFollowsWhileItIsSaidToBeStaleIsToldSo() {
        RecordingSink sink = new RecordingSink();
        backplane.announce(Status.STALE);
        backplane.follow(USER, sink);
        assertThat(sink.status()).isEqualTo(Status.STALE);

        backplane.announce(Status.FRESH);

        assertThat(sink.status()).isEqualTo(Status.FRESH);
    }

    @Test
    void appendsFailOrWaitAsScripted() {
        page.take();
        backplane.failNextAppends(1);
        assertThat(failure(publish("1")).outcomeKnown()).isTrue();
        backplane.holdAppends();
        CompletableFuture<Published> second = publish("2").toCompletableFuture();
        publish("3");
        assertThat(second).isNotCompleted();

        backplane.releaseAppends();
        node.settle();

        assertThat(second).isCompleted();
        assertThat(page.takeData()).containsExactly("2", "3");
    }

    @Test
    void anAnswerThatIsLostMakesAPublisherTryAgain() {
        page.take();
        backplane.loseNextAnswers(1);
        Event event = Event.of("event", "1");
        assertThat(failure(node.broadcaster().publish(USER, event, Publish.idempotencyKey("k")))
                        .outcomeKnown())
                .isFalse();

        CompletionStage<Published> again = node.broadcaster().publish(USER, event, Publish.idempotencyKey("k"));
        node.settle();

        assertThat(again.toCompletableFuture().join().duplicate()).isTrue();
        assertThat(page.takeData()).containsExactly("1");
    }

    @Test
    void entriesThatComeTwiceAreDeliveredOnce() {
        page.take();
        backplane.doubleEntries(true);
        publish("1");
        publish("2");
        node.settle();

        assertThat(page.takeData()).containsExactly("1", "2");
    }

    @Test
    void readsThatFailAreAskedAgain() {
        page.disconnect();
        node.settle();
        publish("1");
        backplane.failNextReads(2);
        RecordingConnection back = node.connect(Access.to(USER), page.lastEventId());
        node.advance(Duration.ofSeconds(5));

        assertThat(back.takeData()).endsWith("1");
    }

    @Test
    void whatIsHeldIsReleasedOneByOne() {
        page.take();
        backplane.holdEntries();
        publish("1");
        publish("2");
        node.settle();
        assertThat(page.takeData()).isEmpty();
        assertThat(backplane.isHolding()).isTrue();

        backplane.releaseOne(new Random(1));
        node.settle();
        assertThat(page.takeData()).containsExactly("1");
        backplane.releaseAll();
        node.settle();
        assertThat(page.takeData()).containsExactly("2");
        assertThat(backplane.isHolding()).isFalse();
    }

    @Test
    void nothingWaitsForEverAfterClose() {
        backplane.holdAppends();
        CompletableFuture<Published> held = publish("1").toCompletableFuture();

        node.close();

        assertThat(held).isCompletedExceptionally();
    }

    private CompletionStage<Published> publish(String data) {
        return node.broadcaster().publish(USER, Event.of("event", data));
    }

    private void elsewhere(String data) {
        backplane.logs().append(USER, Event.of("event", data), Retention.DEFAULT, null);
    }

    private static BackplaneUnavailableException failure(CompletionStage<?> stage) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        stage.whenComplete((value, thrown) -> failure.complete(thrown));
        Throwable thrown = failure.join();
        return (BackplaneUnavailableException) (thrown instanceof CompletionException ? thrown.getCause() : thrown);
    }
}
