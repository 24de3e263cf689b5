package dev.tidings.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.ScriptedBackplane;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code whenComplete} hears on a stage of the broadcaster: the failure that is documented, not one around it. */
class StageFailureTest {

    private static final Topic USER = Topic.of("user", "42");

    private final ScriptedBackplane backplane = ScriptedBackplane.inMemory(new ManualClock());
    private final EventBroadcaster broadcaster = EventBroadcaster.builder()
            .backplane(backplane)
            .presence("user:")
            .loops(1)
            .build();
    private final Map<String, Supplier<CompletionStage<?>>> calls = new TreeMap<>(Map.of(
            "publish", () -> broadcaster.publish(USER, Event.of("event", "e")),
            "position", () -> broadcaster.position(USER),
            "revoke", () -> broadcaster.revoke(Revocation.principal("42")),
            "reauthorize", () -> broadcaster.reauthorize("42"),
            "presence", () -> broadcaster.presence(USER)));

    @AfterEach
    void close() {
        broadcaster.close();
    }

    @Test
    void anUnavailableBackplaneIsHeardAsSuch() {
        backplane.goAway();

        calls.forEach((name, call) ->
                assertThat(failureOf(call.get())).as(name).isInstanceOf(BackplaneUnavailableException.class));
    }

    @Test
    void aLateAnswerOfAnUnavailableBackplaneIsHeardAsSuch() {
        backplane.holdAppends();
        backplane.holdReads();
        backplane.goAway();
        List<CompletionStage<?>> waiting = List.of(
                broadcaster.publish(USER, Event.of("event", "e")),
                broadcaster.position(USER),
                broadcaster.revoke(Revocation.principal("42")));
        backplane.releaseAll();

        assertThat(waiting)
                .allSatisfy(stage -> assertThat(failureOf(stage)).isInstanceOf(BackplaneUnavailableException.class));
    }

    @Test
    void aClosedBroadcasterIsHeardAsSuch() {
        broadcaster.close();

        calls.put("connections", broadcaster::connections);
        calls.forEach((name, call) ->
                assertThat(failureOf(call.get())).as(name).isInstanceOf(BroadcasterClosedException.class));
    }

    @Test
    void aSubscriptionThatTheBroadcasterEndedBeforeItOpenedSaysSo() {
        backplane.goAway();
        Subscription subscription = broadcaster.subscribe(Subscription.Request.of(USER), (topic, entry) -> {});

        broadcaster.close();

        assertThat(failureOf(subscription.opened())).isInstanceOf(BroadcasterClosedException.class);
    }

    @Test
    void aSubscriptionThatTheApplicationClosedBeforeItOpenedSaysSo() {
        backplane.goAway();
        Subscription subscription = broadcaster.subscribe(Subscription.Request.of(USER), (topic, entry) -> {});

        subscription.close();

        assertThat(failureOf(subscription.opened()))
                .isInstanceOfSatisfying(
                        SubscriptionClosedException.class,
                        closed -> assertThat(closed.reason()).isNull());
    }

    private static Throwable failureOf(CompletionStage<?> stage) {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> heard.complete(failure));
        return heard.orTimeout(60, TimeUnit.SECONDS).join();
    }
}
