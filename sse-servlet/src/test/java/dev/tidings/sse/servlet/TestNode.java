package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A broadcaster in a container: {@code /events} streams one topic, {@code /plain} answers with a few bytes. */
final class TestNode implements AutoCloseable {

    static final String PLAIN = "plain answer";

    private static final Topic TOPIC = Topic.of("user", "42");

    private final EventBroadcaster broadcaster;
    private final ObservedStreams streams;
    private final TestServer server = new TestServer();

    TestNode(EventBroadcaster.Builder settings) {
        broadcaster = settings.build();
        streams = new ObservedStreams(broadcaster.streams());
        server.servlet("/events", SseServlet.of(new SseTransport(streams), request -> Access.to(TOPIC)))
                .servlet("/plain", new Plain())
                .start();
    }

    int port() {
        return server.port();
    }

    ObservedStreams streams() {
        return streams;
    }

    void publish(String data) {
        broadcaster
                .publish(TOPIC, Event.of("joined", data))
                .toCompletableFuture()
                .orTimeout(40, SECONDS)
                .join();
    }

    void awaitStreams(int open) {
        Until.holds(() -> open() == open, () -> open() + " streams are open, not " + open);
    }

    /** Waits until so many streams have opened, since the beginning. */
    void awaitOpened(int streams) {
        Until.holds(
                () -> broadcaster.metrics().freshOpens() == streams,
                () -> broadcaster.metrics().freshOpens() + " streams have opened, not " + streams);
    }

    /** Returns how many streams are not ready to be written to. */
    long slow() {
        return broadcaster.metrics().slowConsumers();
    }

    long open() {
        return broadcaster.metrics().activeConnections();
    }

    /** Returns how many events were handed to streams. */
    long delivered() {
        return broadcaster.metrics().deliveredEvents();
    }

    @Override
    public void close() {
        broadcaster.close();
        server.close();
    }

    private static final class Plain extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] body = PLAIN.getBytes(StandardCharsets.US_ASCII);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
