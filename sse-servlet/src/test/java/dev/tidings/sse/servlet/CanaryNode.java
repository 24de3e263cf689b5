package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * A broadcaster in a container, in which each stream has a topic, and so a token, of its own: {@code /events?canary=7}
 * reads the topic {@code canary:7}, whose events say {@code canary-7} and nothing else.
 */
final class CanaryNode implements AutoCloseable {

    /** More than a peer that does not read, and the kernel, take at once. */
    private static final int BIG = 60_000;

    private final EventBroadcaster broadcaster = EventBroadcaster.builder()
            .heartbeat(Duration.ofMillis(200))
            .writeDeadline(Duration.ofHours(1)) // who left is to be noticed without it
            .retention(Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES).maxAge(Duration.ofSeconds(1)))
            .build();
    private final TrackedStreams streams = new TrackedStreams(broadcaster.streams());
    private final TestServer server = new TestServer();

    CanaryNode() {
        AccessDecision decision = request -> Access.to(topic(request.getParameter("canary")));
        server.servlet("/events", SseServlet.of(new SseTransport(streams), decision))
                .servlet("/plain", new Plain())
                .start();
    }

    int port() {
        return server.port();
    }

    TrackedStreams streams() {
        return streams;
    }

    BroadcasterMetrics metrics() {
        return broadcaster.metrics();
    }

    static String target(int canary) {
        return "/events?canary=" + canary;
    }

    static String plainTarget(int number) {
        return "/plain?number=" + number;
    }

    static String plainBody(int number) {
        return "plain-" + number + ' ' + "=".repeat(number % 2_000);
    }

    /** Returns what a small event says. */
    static String small(int canary) {
        return "canary-" + canary;
    }

    /** Publishes a small event, and does not wait for it. */
    void publishSmall(int canary) {
        publish(canary, small(canary));
    }

    /** Publishes an event that a peer that does not read gets stuck with, and does not wait for it. */
    void publishBig(int canary) {
        String token = small(canary) + ' ';
        publish(canary, token.repeat(BIG / token.length()));
    }

    private void publish(int canary, String data) {
        broadcaster.publish(topic(Integer.toString(canary)), Event.of("canary", data));
    }

    private static Topic topic(String canary) {
        return Topic.of("canary", canary);
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
            byte[] body =
                    plainBody(Integer.parseInt(request.getParameter("number"))).getBytes(US_ASCII);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
