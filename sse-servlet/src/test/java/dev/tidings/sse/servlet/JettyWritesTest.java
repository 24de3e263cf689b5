package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Jetty does with a buffer that is written, which it says nowhere: the size of its own one matters. */
@Timeout(120)
class JettyWritesTest {

    private static final Topic TOPIC = Topic.of("news");
    private static final int LARGE = 30_000;

    private final EventBroadcaster broadcaster = EventBroadcaster.create();
    private final JettyContainer jetty = JettyContainer.tracking();
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = jetty.start((classes, context) -> {
            var registration = context.addServlet("events", SseServlet.of(broadcaster, request -> Access.to(TOPIC)));
            registration.setAsyncSupported(true);
            registration.addMapping("/events");
        });
    }

    @AfterEach
    void stop() throws Exception {
        broadcaster.close();
        jetty.stop();
    }

    @Test
    void aLargeEventIsOneChunkAndNotAWriteForEachPartOfIt() throws IOException {
        try (RawExchange exchange = RawExchange.get(port, "/events")) {
            receiveLargeEvent(exchange);

            assertThat(exchange.largestChunk()).isGreaterThan(LARGE);
        }
    }

    @Test
    void anIdleStreamHoldsNoneOfJettysBuffers() throws IOException {
        try (RawExchange exchange = RawExchange.get(port, "/events")) {
            receiveLargeEvent(exchange);

            Until.holds(() -> jetty.buffersInUse().isEmpty(), () -> "still in use: " + jetty.buffersInUse());
        }
    }

    private void receiveLargeEvent(RawExchange exchange) throws IOException {
        exchange.bodyUntil("\n\n");
        broadcaster.publish(TOPIC, Event.of("news", "x".repeat(LARGE)));
        exchange.bodyUntil("x\n\n");
    }
}
