package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.SteppedBroadcaster;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How soon bad peers are found, by a clock that stands still unless it is told to go on. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class SteppedPeersTest {

    private static final Topic TOPIC = Topic.of("user", "42");
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration WRITE_DEADLINE = Duration.ofSeconds(20);

    private final SteppedBroadcaster node =
            SteppedBroadcaster.create(settings -> settings.heartbeat(HEARTBEAT).writeDeadline(WRITE_DEADLINE));
    private final ObservedStreams streams =
            new ObservedStreams(node.broadcaster().streams());
    private final TestServer server = new TestServer();

    @BeforeEach
    void start() {
        AccessDecision decision =
                request -> Access.to(TOPIC).filter(event -> !event.type().equals("secret"));
        server.servlet("/events", SseServlet.of(new SseTransport(streams), decision))
                .start();
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
    }

    /** The first one that is written may still go into the kernel, whose answer only the second one meets. */
    @Test
    void aPeerThatResetIsFoundByTheSecondHeartbeat() throws IOException {
        Socket asked = RawExchange.ask(server.port(), "/events");
        awaitOpen();
        RawExchange exchange = RawExchange.answer(asked);
        exchange.events().next();
        exchange.reset();

        node.advance(HEARTBEAT);
        node.advance(HEARTBEAT);

        Until.holds(() -> settledStreams() == 0, () -> "it is still there");
    }

    @Test
    void aPeerThatDoesNotReadIsCutAtTheWriteDeadlineAndNotBefore() throws IOException {
        try (Socket frozen = RawExchange.frozen(server.port(), "/events")) {
            awaitOpen();
            while (!streams.notReady().tryAcquire()) {
                publish("big", "x".repeat(60_000));
                node.settle();
            }

            node.advance(WRITE_DEADLINE.minusMillis(1));
            assertThat(streams.aborted().availablePermits()).isZero();
            node.advance(Duration.ofMillis(1));
            node.settle();

            assertThat(streams.aborted().availablePermits()).isEqualTo(1);
            assertThat(settledStreams()).isZero();
            assertThat(frozen.isClosed()).isFalse();
        }
    }

    @Test
    void whatTheFilterOfAnAccessDropsIsNeverWritten() throws IOException {
        Socket asked = RawExchange.ask(server.port(), "/events");
        awaitOpen();
        try (RawExchange exchange = RawExchange.answer(asked)) {
            EventStreamReader events = exchange.events();
            events.next();

            publish("secret", "not for you");
            publish("note", "for you");
            node.settle();

            assertThat(events.next().data()).isEqualTo("for you");
        }
    }

    private void awaitOpen() {
        Until.holds(() -> !node.step() && streams.taken().tryAcquire(), () -> "the stream does not open");
    }

    private long settledStreams() {
        node.settle();
        return node.broadcaster().metrics().activeConnections();
    }

    private void publish(String type, String data) {
        await(node.broadcaster().publish(TOPIC, Event.of(type, data)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }
}
