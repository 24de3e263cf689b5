package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SseServletTest {

    private final FakeStreams streams = new FakeStreams();
    private final SseServlet servlet = SseServlet.of(new SseTransport(streams), request -> Access.denied());

    @Test
    void destroyDrainsAsALastResort() {
        servlet.destroy();

        assertThat(streams.calls).containsExactly("drain PT2S");
    }

    @Test
    void aDrainThatFailsOnDestroyIsLoggedAndTheContainerStops() {
        IllegalStateException failure = new IllegalStateException("no loops");
        streams.drained = CompletableFuture.failedFuture(failure);

        try (CapturedLog log = new CapturedLog(SseServlet.class)) {
            servlet.destroy();

            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasCause(failure));
        }
    }

    @Test
    void anInterruptedDestroyLeavesTheThreadInterrupted() {
        streams.drained = new CompletableFuture<>();
        Thread.currentThread().interrupt();

        servlet.destroy();

        assertThat(Thread.interrupted()).isTrue();
    }
}
