package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams over HTTP/2, where a peer leaves one without closing its connection. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class Http2Test {

    private static final Topic TOPIC = Topic.of("user", "42");

    private final EventBroadcaster broadcaster = EventBroadcaster.create();
    private final SseTransport transport = SseTransport.of(broadcaster);
    private final Semaphore completions = new Semaphore(0);
    private final TestServer server = new TestServer();
    private final HttpClient browser = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        server.speakHttp2().servlet("/events", new Completing()).start();
    }

    @AfterEach
    void stop() {
        broadcaster.close();
        server.close();
    }

    @Test
    void aStreamOpensDeliversAndEnds() throws Exception {
        try (InputStream body = get()) {
            EventStreamReader events = new EventStreamReader(body);
            assertThat(events.next().type()).isEqualTo("stream.open");
            publish("a");
            assertThat(events.next().data()).isEqualTo("a");

            await(broadcaster.revoke(Revocation.topic(TOPIC)));

            assertThat(events.next().type()).isEqualTo("stream.close");
            assertThat(events.next()).isNull();
        }
        assertThat(completions.tryAcquire(40, SECONDS)).isTrue();
    }

    @Test
    void aStreamThatItsPeerCancelsEndsAndThoseBesideItGoOn() throws Exception {
        InputStream cancelled = get();
        new EventStreamReader(cancelled).next();
        try (InputStream body = get()) {
            EventStreamReader events = new EventStreamReader(body);
            events.next();

            cancelled.close();

            String big = "x".repeat(60_000);
            for (int i = 0; broadcaster.metrics().activeConnections() > 1; i++) { // Tomcat drops many in silence
                publish(i + big);
                assertThat(events.next().data()).startsWith(i + "x");
            }
            if (!ServletContainer.inJetty()) { // which uses the request again without a word to any listener
                assertThat(completions.tryAcquire(40, SECONDS))
                        .as("the request is over")
                        .isTrue();
            }
            publish("beside it");
            assertThat(events.next().data()).isEqualTo("beside it");
        }
    }

    private InputStream get() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/events"))
                .build();
        HttpResponse<InputStream> response = browser.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        return response.body();
    }

    private void publish(String data) {
        await(broadcaster.publish(TOPIC, Event.of("note", data)));
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }

    private final class Completing extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            transport.open(request, response, Access.to(TOPIC));
            request.getAsyncContext().addListener(new Completion(completions::release));
        }
    }
}
