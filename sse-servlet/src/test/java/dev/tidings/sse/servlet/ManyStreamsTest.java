package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.EventBroadcaster;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No thread belongs to a stream. */
@Tag(ServletContainer.TAG)
@Timeout(300)
class ManyStreamsTest {

    private static final int STREAMS = Integer.getInteger("tidings.streams", 5_000);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

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
        publishUntilNobodyIsLeft();
        THREADS.resetPeakThreadCount();
        int before = THREADS.getPeakThreadCount();

        try (PeerProcess peers = new PeerProcess(node.port(), STREAMS)) {
            long delivered = node.delivered();
            node.publish("to all of them");
            Until.holds(
                    () -> node.delivered() == delivered + STREAMS,
                    () -> node.delivered() - delivered + " of " + STREAMS + " streams got it");

            assertThat(THREADS.getPeakThreadCount()).isLessThan(before + STREAMS / 100);
        }
    }

    /** Tomcat has a thread clean up after each peer that left, which must not fall into what is counted. */
    private void publishUntilNobodyIsLeft() {
        while (node.open() > 0) {
            node.publish("to nobody");
        }
    }
}
