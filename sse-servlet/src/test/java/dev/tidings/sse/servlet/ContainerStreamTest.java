package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.EventStreamReader.Received;
import dev.tidings.sse.testing.SteppedBroadcaster;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way from a publish to the bytes on a socket, in every container. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class ContainerStreamTest {

    private static final Topic TOPIC = Topic.of("user", "42");
    private static final Duration NEVER = Duration.ofHours(1);
    private static final String HEARTBEAT = ":\n\n";

    /** A stream from its first byte to its last, in every container; ids and delays are not for the container to say. */
    private static final String TRANSCRIPT = """
            id: ID
            retry: 1000
            event: stream.open
            data: {"heartbeat":100,"resumed":true,"new":[]}

            id: ID
            event: stream.gap
            data: {"topic":"user:42","reason":"trimmed"}

            id: ID
            event: guild-joined
            data: {"guildId":"7"}
            data: Zweite Zeile: \u00fc\ud83d\ude00

            :

            id: ID
            retry: DELAY
            event: stream.close
            data: {"reason":"revoked","reconnect":true}

            """;

    private final EventBroadcaster.Builder settings =
            EventBroadcaster.builder().heartbeat(NEVER).writeDeadline(NEVER);
    private final TestServer server = new TestServer();
    private EventBroadcaster broadcaster;
    private SseTransport transport;
    private ObservedStreams streams;

    @AfterEach
    void stop() {
        broadcaster.close();
        server.close();
    }

    @Test
    void aStreamOpensWithItsFirstCursorAndLiveEventsFollow() throws IOException {
        start();
        try (RawExchange exchange = get("/events")) {
            EventStreamReader events = exchange.events();
            Received open = next(events);
            assertThat(open.type()).isEqualTo("stream.open");
            assertThat(open.lastEventId()).isNotEmpty();
            assertThat(events.reconnectionTime()).isEqualTo(1000);

            publish("guild-joined", "{\"guildId\":\"7\"}\nZweite Zeile: \u00fc\ud83d\ude00");

            Received event = next(events);
            assertThat(event.type()).isEqualTo("guild-joined");
            assertThat(event.data()).isEqualTo("{\"guildId\":\"7\"}\nZweite Zeile: \u00fc\ud83d\ude00");
            assertThat(event.lastEventId()).isNotEqualTo(open.lastEventId());
        }
    }

    @Test
    void aStreamIsTheSameBytesInEveryContainer() throws IOException {
        settings.heartbeat(Duration.ofMillis(100)).retention(Retention.DEFAULT.maxBytes(1)); // one event is kept
        start();
        Cursor cursor = await(broadcaster.position(TOPIC));
        publish("guild-joined", "trimmed by the next");
        publish("guild-joined", "{\"guildId\":\"7\"}\nZweite Zeile: \u00fc\ud83d\ude00");

        try (RawExchange exchange = get("/events", "Last-Event-ID: " + cursor)) {
            String live = exchange.bodyUntil(HEARTBEAT);
            await(broadcaster.revoke(Revocation.principal("42")));
            String body = live + exchange.body();

            assertThat(masked(body)).isEqualTo(TRANSCRIPT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatComesBackGetsExactlyWhatItMissedInOrder(boolean byHeader) throws IOException {
        start();
        String cursor;
        try (RawExchange exchange = get("/events")) {
            EventStreamReader events = exchange.events();
            next(events);
            publishAll(0, 3);
            assertThat(data(events, 3)).containsExactly("0", "1", "2");
            publish("late", "never read");
            cursor = next(events).lastEventId();
        }
        publishAll(3, 60);

        String[] header = byHeader ? new String[] {"Last-Event-ID: " + cursor} : new String[] {};
        try (RawExchange exchange = get(byHeader ? "/events" : "/events?lastEventId=" + cursor, header)) {
            EventStreamReader events = exchange.events();
            assertThat(next(events).data()).contains("\"resumed\":true");
            assertThat(data(events, 57)).containsExactlyElementsOf(numbers(3, 60));
            publishAll(60, 61);
            assertThat(data(events, 1)).containsExactly("60");
        }
    }

    @Test
    void nothingFallsBetweenAPageAndItsStream() throws IOException {
        start();
        Cursor cursor = await(broadcaster.position(TOPIC));
        publishAll(0, 2);

        try (RawExchange exchange = get("/events?lastEventId=" + cursor)) {
            EventStreamReader events = exchange.events();
            next(events);
            assertThat(data(events, 2)).containsExactly("0", "1");
        }
    }

    @Test
    void anIdleStreamHasHeartbeats() throws IOException {
        settings.heartbeat(Duration.ofMillis(100));
        start();

        try (RawExchange exchange = get("/events")) {
            assertThat(exchange.header("SSE-Heartbeat")).isEqualTo("100");
            EventStreamReader events = exchange.events();
            next(events);
            events.awaitComment();
            events.awaitComment();
        }
    }

    @Test
    void whatPiledUpIsOneWriteAndOneChunk() throws IOException {
        try (SteppedBroadcaster node = SteppedBroadcaster.create()) {
            broadcaster = node.broadcaster();
            serve(request -> Access.to(TOPIC));
            Socket asked = RawExchange.ask(server.port(), "/events");
            Until.holds(() -> !node.step() && streams.taken().tryAcquire(), () -> "the stream does not open");
            try (RawExchange exchange = RawExchange.answer(asked)) {
                EventStreamReader events = exchange.events();
                next(events);
                publishAll(0, 100);
                int writes = streams.taken().availablePermits();

                node.settle();

                assertThat(data(events, 100)).containsExactlyElementsOf(numbers(0, 100));
                assertThat(streams.taken().availablePermits() - writes).isEqualTo(1);
                assertThat(exchange.largestChunk()).isGreaterThan(100 * "event: number\ndata: 0\n\n".length());
            }
        }
    }

    @Test
    void aFrozenReaderDelaysNobody() throws Exception {
        settings.loops(1);
        start();
        try (Socket frozen = RawExchange.frozen(server.port(), "/events");
                RawExchange exchange = get("/events")) {
            EventStreamReader events = exchange.events();
            next(events);
            Until.holds(() -> broadcaster.metrics().freshOpens() == 2, () -> "the frozen reader's has not opened");
            for (int i = 0; i < 200 || !streams.notReady().tryAcquire(); i++) {
                publish("big", i + "x".repeat(60_000));
                assertThat(next(events).data()).startsWith(i + "x");
            }
            assertThat(frozen.isClosed()).isFalse();
        }
    }

    @Test
    void aPeerThatWentAwayIsNoticedByHeartbeats() throws Exception {
        OpenSockets.require();
        settings.heartbeat(Duration.ofMillis(100));
        start();
        int before = OpenSockets.count();

        RawExchange exchange = get("/events");
        next(exchange.events());
        exchange.close();

        assertThat(streams.gone().tryAcquire(40, SECONDS)).isTrue();
        OpenSockets.awaitAtMost(before);
    }

    @Test
    void frozenReadersAreCutAtTheWriteDeadlineAndHoldNoConnection() throws Exception {
        settings.writeDeadline(Duration.ofMillis(300)).heartbeat(Duration.ofMillis(100));
        OpenSockets.require();
        start();
        int before = OpenSockets.count();
        int readers = 20;
        List<Socket> frozen = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            frozen.add(RawExchange.frozen(server.port(), "/events"));
        }
        String big = "x".repeat(60_000);
        while (!streams.aborted().tryAcquire(readers, 20, TimeUnit.MILLISECONDS)) {
            publish("big", big);
        }
        OpenSockets.awaitAtMost(before + readers);
        for (Socket socket : frozen) {
            socket.close();
        }
    }

    @Test
    void aRevokedStreamIsToldWhyAndEnds() throws IOException {
        start();
        try (RawExchange exchange = get("/events")) {
            EventStreamReader events = exchange.events();
            next(events);

            await(broadcaster.revoke(Revocation.principal("42")));

            Received close = next(events);
            assertThat(close.type()).isEqualTo("stream.close");
            assertThat(close.data()).contains("\"reason\":\"revoked\"");
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void aRevocationWhileTheApplicationDecidesEndsTheStream() throws IOException {
        broadcaster = settings.build();
        serve(request -> {
            Access decided = Access.to(TOPIC).principal("42");
            await(broadcaster.revoke(Revocation.principal("42")));
            return decided;
        });
        try (RawExchange exchange = get("/events")) {
            Received close = next(exchange.events());
            assertThat(close.type()).isEqualTo("stream.close");
            assertThat(close.data()).contains("\"reason\":\"revoked\"");
        }
    }

    @Test
    void aReplacedClientThatComesBackAllTheSameIsStoppedForGood() throws IOException {
        settings.maxStreamsPerPrincipal(1);
        start();
        try (RawExchange older = get("/events")) {
            EventStreamReader events = older.events();
            next(events);
            try (RawExchange newer = get("/events")) {
                next(newer.events());
                Received close = next(events);
                assertThat(close.data()).contains("\"reason\":\"replaced\"", "\"reconnect\":false");
                try (RawExchange again = get("/events", "Last-Event-ID: " + close.lastEventId())) {
                    assertThat(again.status()).isEqualTo(204);
                }
            }
        }
    }

    @Test
    void aFullServerSaysComeBackLaterInsideAStream() throws IOException {
        settings.maxStreams(1);
        start();
        try (RawExchange first = get("/events")) {
            next(first.events());
            try (RawExchange second = get("/events")) {
                assertThat(second.status()).isEqualTo(200);
                EventStreamReader events = second.events();
                assertThat(next(events).data()).contains("\"reason\":\"limit\"", "\"reconnect\":true");
                assertThat(events.reconnectionTime()).isPositive();
                assertThat(events.next()).isNull();
            }
        }
    }

    @Test
    void aDrainEndsAllStreamsAlsoAStuckOneAndTheServerStopsAtOnce() throws Exception {
        server.waitForRequestsOnStop(Duration.ofSeconds(50));
        start();
        List<RawExchange> exchanges = new ArrayList<>();
        List<EventStreamReader> readers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            RawExchange exchange = get("/events");
            exchanges.add(exchange);
            readers.add(exchange.events());
            next(readers.get(i));
        }
        try (Socket stuck = RawExchange.frozen(server.port(), "/stuck")) {
            while (!streams.notReady().tryAcquire()) {
                await(broadcaster.publish(Topic.of("stuck"), Event.of("big", "x".repeat(60_000))));
            }

            CompletionStage<Void> drained = transport.drain(Duration.ofSeconds(1));

            for (EventStreamReader events : readers) {
                Received close = next(events);
                assertThat(close.type()).isEqualTo("stream.close");
                assertThat(close.data()).isEqualTo("{\"reason\":\"drain\",\"reconnect\":true}");
                assertThat(events.reconnectionTime()).isPositive();
                assertThat(events.next()).isNull();
            }
            await(drained);
            assertThat(stuck.isClosed()).isFalse();
        }
        for (RawExchange exchange : exchanges) {
            exchange.close();
        }
        long before = System.nanoTime();
        server.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }

    /** Masks what differs from run to run: cursors, the delay after the end, and how many heartbeats there was time for. */
    private static String masked(String body) {
        return body.replaceAll("(?m)^id: [A-Za-z0-9_-]+$", "id: ID")
                .replaceAll("(?s)retry: [0-9]+(\nevent: stream\\.close)", "retry: DELAY$1")
                .replaceAll("(?m)(^:\n\n)+", HEARTBEAT);
    }

    private void start() {
        broadcaster = settings.build();
        serve(request -> Access.to(TOPIC).principal("42"));
    }

    private void serve(AccessDecision decision) {
        streams = new ObservedStreams(broadcaster.streams());
        transport = new SseTransport(streams);
        server.servlet("/events", SseServlet.of(transport, decision))
                .servlet("/stuck", SseServlet.of(transport, request -> Access.to(Topic.of("stuck"))))
                .start();
    }

    private RawExchange get(String target, String... headerLines) throws IOException {
        return RawExchange.get(server.port(), target, headerLines);
    }

    private void publish(String type, String data) {
        await(broadcaster.publish(TOPIC, Event.of(type, data)));
    }

    private void publishAll(int from, int to) {
        numbers(from, to).forEach(number -> publish("number", number));
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    private static List<String> data(EventStreamReader events, int count) throws IOException {
        List<String> data = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            data.add(next(events).data());
        }
        return data;
    }

    private static Received next(EventStreamReader events) throws IOException {
        return Objects.requireNonNull(events.next(), "the stream ended");
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }
}
