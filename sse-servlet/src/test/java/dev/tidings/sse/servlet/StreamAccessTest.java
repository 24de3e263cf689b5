package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.EventStreamReader.Received;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what one may see, from the first byte to the last: as a browser's {@code EventSource} meets it. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class StreamAccessTest {

    private static final Topic TOPIC = Topic.of("user", "42");
    private static final Access.Granted MINE = Access.to(TOPIC).principal("42").sessionId("s1");

    /** Every delay a hundredth: what is tested is that it is kept, not that it is long. */
    private static final int HURRY = 100;

    private final ScriptedBackplane backplane = ScriptedBackplane.inMemory(InstantSource.system());
    private final EventBroadcaster broadcaster = EventBroadcaster.builder()
            .backplane(backplane)
            .heartbeat(Duration.ofMillis(100))
            .build();
    private final AtomicReference<AccessDecision> decisions = new AtomicReference<>(request -> MINE);
    private final TestServer server = new TestServer();
    private EventSources sources;

    @BeforeEach
    void start() throws IOException {
        server.servlet(
                        "/events",
                        SseServlet.of(broadcaster, request -> decisions.get().decide(request)))
                .start();
        sources = new EventSources(server.port(), HURRY);
    }

    @AfterEach
    void stop() throws IOException {
        try {
            sources.close();
        } finally {
            broadcaster.close();
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void whoIsDeniedStopsForGood(int status) {
        decisions.set(request -> Access.denied(status));

        EventSource source = sources.open("/events");

        sources.await("closed", it -> it.state() == EventSource.State.CLOSED);
        assertThat(source.statuses()).containsExactly(status);
    }

    @Test
    void anAccessThatExpiresEndsTheStreamAndTheNextDecisionStopsThePage() {
        decisions.set(request -> {
            decisions.set(later -> Access.denied());
            return MINE.expiresAt(Instant.now().plusMillis(200));
        });

        EventSource source = sources.open("/events");

        sources.await("closed", it -> it.state() == EventSource.State.CLOSED);
        assertThat(last(source).data()).isEqualTo("{\"reason\":\"expired\",\"reconnect\":true}");
        assertThat(source.statuses()).containsExactly(200, 401);
    }

    @Test
    void aRevocationEndsTheStreamAndTheNextDecisionStopsThePage() {
        EventSource source = sources.open("/events");
        sources.await("open", it -> it.hasOpened(1));
        decisions.set(request -> Access.denied(403));

        await(broadcaster.revoke(Revocation.sessionId("s1")));

        sources.await("closed", it -> it.state() == EventSource.State.CLOSED);
        assertThat(last(source).data()).isEqualTo("{\"reason\":\"revoked\",\"reconnect\":true}");
        assertThat(source.statuses()).containsExactly(200, 403);
    }

    @Test
    void aRevocationWhileTheStreamOpensEndsItBeforeAnythingIsTold() throws IOException {
        backplane.holdAcknowledgements();
        try (RawExchange exchange = RawExchange.get(server.port(), "/events")) {
            EventStreamReader events = exchange.events();
            events.awaitComment(); // the stream is there, and has not opened yet

            await(broadcaster.revoke(Revocation.principal("42")));
            await(broadcaster.publish(TOPIC, Event.of("secret", "not for you any more")));
            backplane.releaseAcknowledgements();

            assertThat(events.next())
                    .isEqualTo(new Received("stream.close", "{\"reason\":\"revoked\",\"reconnect\":true}", ""));
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void whatIsPublishedAfterARevocationIsNotDelivered() throws IOException {
        try (RawExchange exchange = RawExchange.get(server.port(), "/events")) {
            EventStreamReader events = exchange.events();
            assertThat(events.next()).isNotNull();

            await(broadcaster.revoke(Revocation.topic(TOPIC)));
            await(broadcaster.publish(TOPIC, Event.of("secret", "not for you any more")));

            assertThat(events.next().data()).contains("revoked");
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void aChangeOfAccessReachesAnOpenPageWithoutALoss() {
        Topic guild = Topic.of("guild", "7");
        EventSource source = sources.open("/events");
        List<String> heard = new CopyOnWriteArrayList<>();
        source.onEvent(event -> heard.add(event.data()));
        sources.await("open", it -> it.hasOpened(1));
        decisions.set(request -> Access.to(TOPIC, guild).principal("42"));

        await(broadcaster.reauthorize("42"));
        await(broadcaster.publish(TOPIC, Event.of("note", "meanwhile")));
        sources.await("open again", it -> it.hasOpened(2));
        await(broadcaster.publish(guild, Event.of("note", "of the guild")));

        Until.holds(() -> heard.size() == 2, heard::toString);
        assertThat(heard).containsExactly("meanwhile", "of the guild");
        assertThat(source.controls())
                .extracting(ServerSentEvent::data)
                .contains("{\"reason\":\"changed\",\"reconnect\":true}")
                .anyMatch(data -> data.contains("\"resumed\":true,\"new\":[\"guild:7\"]"));
    }

    private static ServerSentEvent last(EventSource source) {
        return source.controls().get(source.controls().size() - 1);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }
}
