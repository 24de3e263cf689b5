package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.EventBroadcaster;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No thread belongs to a stream. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class ManyStreamsTest {

    private static final int STREAMS = Integer.getInteger("tidings.streams", 5_000);

    private final TestNode node = new TestNode(EventBroadcaster.builder());

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void theNumberOfThreadsIsThatOfNoStream() throws IOException {
        try (PeerProcess warmUp = new PeerProcess(node.port(), STREAMS / 10)) {
            node.awaitStreams(STREAMS / 10);
        }
        int before = threads();

        try (PeerProcess peers = new PeerProcess(node.port(), STREAMS)) {
            node.publish("to all of them");

            assertThat(threads()).isLessThan(before + STREAMS / 100);
        }
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
