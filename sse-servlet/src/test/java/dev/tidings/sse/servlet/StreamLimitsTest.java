package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.ServerSentEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a browser's {@code EventSource} does at a limit, and that it does not do it for ever. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class StreamLimitsTest {

    private static final Topic TOPIC = Topic.of("user", "42");

    /** Every delay a hundredth: what is tested is that it is kept, not that it is long. */
    private static final int HURRY = 100;

    private final EventBroadcaster.Builder settings = EventBroadcaster.builder();
    private final TestServer server = new TestServer();
    private EventBroadcaster broadcaster;
    private EventSources sources;

    @AfterEach
    void stop() throws IOException {
        try {
            sources.close();
        } finally {
            broadcaster.close();
            server.close();
        }
    }

    @Test
    void twoTabsDoNotEvictEachOtherForEver() throws IOException {
        start(settings.maxStreamsPerPrincipal(1));
        EventSource older = open("/events");
        EventSource newer = open("/events");

        Until.holds(() -> older.state() == EventSource.State.CLOSED, () -> "the older tab is " + older.state());

        assertThat(closes(older)).containsExactly("{\"reason\":\"replaced\",\"reconnect\":false}");
        assertThat(older.statuses()).as("it came back once, and was stopped").containsExactly(200, 204);
        assertThat(newer.state()).isEqualTo(EventSource.State.OPEN);
        assertThat(newer.statuses()).containsExactly(200);
        assertThat(closes(newer)).isEmpty();
    }

    @Test
    void theUserCanTakeTheStreamBackToTheFirstTab() throws IOException {
        start(settings.maxStreamsPerPrincipal(1));
        EventSource first = open("/events");
        EventSource second = open("/events");
        Until.holds(() -> first.state() == EventSource.State.CLOSED, () -> "the first tab is " + first.state());

        EventSource again = open("/events"); // a new object, which knows no id: "use this tab"

        Until.holds(() -> second.state() == EventSource.State.CLOSED, () -> "the second tab is " + second.state());
        List<String> heard = new CopyOnWriteArrayList<>();
        again.onEvent(event -> heard.add(event.data()));
        await(broadcaster.publish(TOPIC, Event.of("note", "a")));
        Until.holds(() -> heard.equals(List.of("a")), heard::toString);
        assertThat(again.statuses()).containsExactly(200);
    }

    @Test
    void whoFindsTheServerFullComesBackAndGetsInWhenThereIsRoom() throws IOException {
        start(settings.maxStreams(1));
        EventSource first = open("/events?session=first");
        EventSource waiting = sources.open("/events?session=waiting");
        Until.holds(() -> closes(waiting).size() >= 2, () -> "it was told " + waiting.controls());
        assertThat(waiting.controls()).allSatisfy(told -> {
            assertThat(told.data()).isEqualTo("{\"reason\":\"limit\",\"reconnect\":true}");
            assertThat(told.retry().toMillis()).isBetween(5_000L, 15_000L);
        });
        assertThat(first.state()).isEqualTo(EventSource.State.OPEN);

        first.moveTo("/nowhere"); // its page goes elsewhere, and comes back no more
        await(broadcaster.revoke(Revocation.sessionId("first")));

        Until.holds(() -> waiting.hasOpened(1), () -> "it was told " + waiting.controls());
        assertThat(waiting.statuses()).containsOnly(200);
        assertThat(waiting.reconnects())
                .allSatisfy(it -> assertThat(it.waitedMillis()).isGreaterThanOrEqualTo(it.delayMillis()));
    }

    private void start(EventBroadcaster.Builder chosen) throws IOException {
        broadcaster = chosen.build();
        server.servlet("/events", SseServlet.of(broadcaster, request -> {
                    String session = request.getParameter("session");
                    return Access.to(TOPIC).principal("42").sessionId(session == null ? "any" : session);
                }))
                .start();
        sources = new EventSources(server.port(), HURRY);
    }

    private EventSource open(String target) {
        EventSource source = sources.open(target);
        Until.holds(() -> source.hasOpened(1), () -> "it was told " + source.controls());
        return source;
    }

    private static List<String> closes(EventSource source) {
        return source.controls().stream()
                .filter(event -> event.type().equals("stream.close"))
                .map(ServerSentEvent::data)
                .toList();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }
}
