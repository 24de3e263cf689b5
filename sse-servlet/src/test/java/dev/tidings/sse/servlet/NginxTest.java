package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.EventStreamReader.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams behind nginx, configured by the very lines that docs/deployment.md gives, and by none. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class NginxTest {

    private static final Topic TOPIC = Topic.of("user", "42");

    private final EventBroadcaster broadcaster =
            EventBroadcaster.builder().heartbeat(Duration.ofMillis(100)).build();
    private final ObservedStreams streams = new ObservedStreams(broadcaster.streams());
    private final TestServer server = new TestServer();

    @TempDir
    Path directory;

    private Nginx nginx;

    @BeforeEach
    void start() throws IOException {
        Nginx.require();
        SseServlet events = SseServlet.of(new SseTransport(streams), request -> Access.to(TOPIC));
        server.servlet("/events", events).servlet("/unconfigured", events).start();
        nginx = Nginx.start(directory, server.port());
    }

    @AfterEach
    void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
        }
        broadcaster.close();
        server.close();
    }

    /** The second by the stream's own headers alone, and over HTTP/1.0, which nginx speaks unless it is told otherwise. */
    @ParameterizedTest
    @ValueSource(strings = {"/events", "/unconfigured"})
    void eachEventComesAtOnceAndNotCompressed(String target) throws IOException {
        try (RawExchange exchange = nginx.get(target, "Accept-Encoding: gzip")) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
            assertThat(exchange.header("SSE-Heartbeat")).isEqualTo("100");
            assertThat(exchange.header("Content-Encoding")).isNull();
            EventStreamReader events = exchange.events();
            assertThat(next(events).type()).isEqualTo("stream.open");
            for (int i = 0; i < 10; i++) {
                publish("" + i); // only when the one before has arrived
                assertThat(next(events).data()).isEqualTo("" + i);
            }
        }
    }

    @Test
    void heartbeatsComeThrough() throws IOException {
        try (RawExchange exchange = nginx.get("/events")) {
            EventStreamReader events = exchange.events();
            next(events);
            events.awaitComment();
            events.awaitComment();
        }
    }

    @Test
    void aClientResumesThroughIt() throws IOException {
        String cursor;
        try (RawExchange exchange = nginx.get("/events")) {
            cursor = next(exchange.events()).lastEventId();
        }
        publish("missed");

        try (RawExchange exchange = nginx.get("/events", "Last-Event-ID: " + cursor)) {
            EventStreamReader events = exchange.events();
            assertThat(next(events).data()).contains("\"resumed\":true");
            assertThat(next(events).data()).isEqualTo("missed");
        }
    }

    @Test
    void aClientThatGoesAwayIsNoticedBehindIt() throws Exception {
        RawExchange exchange = nginx.get("/events");
        next(exchange.events());

        exchange.close();

        assertThat(streams.gone().tryAcquire(30, SECONDS)).isTrue();
    }

    @Test
    void theLastBlockComesThroughAndSoDoesTheEnd() throws IOException {
        try (RawExchange exchange = nginx.get("/events")) {
            EventStreamReader events = exchange.events();
            next(events);

            await(streams.drain(Duration.ofSeconds(1)));

            assertThat(next(events).type()).isEqualTo("stream.close");
            assertThat(events.next()).isNull();
        }
    }

    private void publish(String data) {
        await(broadcaster.publish(TOPIC, Event.of("note", data)));
    }

    private static Received next(EventStreamReader events) throws IOException {
        return Objects.requireNonNull(events.next(), "the stream ended");
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }
}
