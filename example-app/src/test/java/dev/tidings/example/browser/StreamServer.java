package dev.tidings.example.browser;

import dev.tidings.example.web.WebServer;
import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.SseServlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A real server with one topic, which a test publishes to, and an empty page; its answers can be put in its mouth. */
final class StreamServer implements AutoCloseable {

    static final Topic TOPIC = Topic.of("numbers");
    private static final Duration HEARTBEAT = Duration.ofSeconds(10); // a busy machine is not silent for three of them

    final EventBroadcaster broadcaster;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final WebServer server = new WebServer(0);
    private final SseServlet streams;

    StreamServer() {
        this(builder -> builder);
    }

    StreamServer(UnaryOperator<EventBroadcaster.Builder> settings) {
        this(settings, Map.of());
    }

    /** Starts with further files: their path, and what is in them. */
    StreamServer(UnaryOperator<EventBroadcaster.Builder> settings, Map<String, String> files) {
        broadcaster =
                settings.apply(EventBroadcaster.builder().heartbeat(HEARTBEAT)).build();
        streams = SseServlet.of(
                broadcaster, request -> Access.to(TOPIC).principal("alice").sessionId("s1"));
        serve("/page", "<!doctype html><title>A page</title><link rel=icon href=data:,>");
        files.forEach(this::serve);
        server.servlet("/events", new Scripted());
        try {
            server.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        server.get(path, (request, response) -> {
            // Nothing about caches: the back/forward cache may have it.
            response.setContentType(path.endsWith(".js") ? "text/javascript;charset=utf-8" : "text/html;charset=utf-8");
            response.getOutputStream().write(bytes);
        });
    }

    URI address() {
        return server.address();
    }

    /** Answers the next requests for a stream with these statuses, in turn, and those after them with streams again. */
    void answer(Integer... statuses) {
        for (int status : List.of(statuses)) {
            answers.add(new Answer(status, Map.of()));
        }
    }

    void answer(int status, String header, String value) {
        answers.add(new Answer(status, Map.of(header, value)));
    }

    /** The cursors that the requests for a stream came with; empty for none. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    void publish(int number) {
        publish("number", String.valueOf(number));
    }

    void publish(String type, String data) {
        broadcaster.publish(TOPIC, Event.of(type, data)).toCompletableFuture().join();
    }

    String position() {
        return broadcaster.position(TOPIC).toCompletableFuture().join().text();
    }

    /** Leaves as a deploy does: first the streams are sent away, then it stops. */
    @Override
    public void close() {
        try {
            streams.drain(Duration.ofMillis(100)).toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        try {
            server.stop();
        } catch (IllegalStateException e) {
            // A stream that came at the last moment was cut.
        }
        broadcaster.close();
    }

    private record Answer(int status, Map<String, String> headers) {}

    private final class Scripted extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        public void service(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            String cursor = request.getHeader("Last-Event-ID");
            asked.add(cursor == null ? "" : cursor);
            Answer answer = answers.poll();
            if (answer == null) {
                streams.service(request, response);
                return;
            }
            answer.headers().forEach(response::setHeader);
            response.setStatus(answer.status());
        }
    }
}
