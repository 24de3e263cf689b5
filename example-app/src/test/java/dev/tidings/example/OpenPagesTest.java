package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.streams.OpenPages;
import dev.tidings.example.web.WebServer;
import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.SseServlet;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenPagesTest {

    @Test
    void whoMerelyHasAPageOpenIsLookedAtAgainAndAgain() throws Exception {
        BlockingQueue<String> looked = new LinkedBlockingQueue<>();
        WebServer server = new WebServer(0);
        try (EventBroadcaster broadcaster = EventBroadcaster.create();
                OpenPages pages = new OpenPages(broadcaster, looked::add, Duration.ofMillis(50))) {
            server.servlet(
                    "/events",
                    SseServlet.of(
                            broadcaster,
                            request -> Access.to(Topic.of("user", "5")).principal("5")));
            server.start();
            TestBrowser browser = new TestBrowser(server.address());
            try (StreamReader stream = browser.open(browser.request("/events"))) {
                stream.next("stream.open");
                for (int i = 0; i < 3; i++) {
                    assertThat(looked.poll(30, TimeUnit.SECONDS)).isEqualTo("5");
                }
            }
            assertThat(pages).isNotNull();
        } finally {
            stop(server);
        }
    }

    private static void stop(WebServer server) {
        try {
            server.stop();
        } catch (IllegalStateException e) {
            // A stream that took its time was cut.
        }
    }
}
