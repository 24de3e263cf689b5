package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.EventBroadcaster;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that leave without a word, or stay without reading: nothing of theirs remains, and nobody else notices. */
@Tag(ServletContainer.TAG)
@Timeout(600)
class BadPeersTest {

    /** As many as Jetty and Tomcat have threads. */
    private static final int ALL_THREADS = 200;

    private static final int MANY = 100;

    /** Each of 500 streams; {@code -Dtidings.cycles=100000} does it more often. */
    private static final int KILLS = Math.max(1, Integer.getInteger("tidings.cycles", 2_000) / 1_000);

    private static final Duration SOON = Duration.ofMillis(300);

    /** For peers that are to be noticed without it. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final List<Socket> sockets = new ArrayList<>();
    private final String big = "x".repeat(30_000);
    private TestNode node;
    private int before;

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    void ofPeersThatResetNothingRemains() throws IOException {
        start(NEVER);
        for (int i = 0; i < MANY; i++) {
            RawExchange exchange = RawExchange.get(node.port(), "/events");
            exchange.events().next();
            exchange.reset();
        }
        assertNothingRemains(0);
    }

    @Test
    void ofPeersThatResetWhileTheyAreWrittenToNothingRemains() throws IOException {
        start(NEVER);
        for (int i = 0; i < MANY; i++) {
            RawExchange exchange = RawExchange.get(node.port(), "/events");
            exchange.events().next();
            node.publish(big);
            exchange.reset();
        }
        assertNothingRemains(0);
    }

    @Test
    void ofAPeerLostBehindAProxyNothingRemains() throws Exception {
        start(SOON);
        try (SwallowingProxy proxy = new SwallowingProxy(node.port())) {
            RawExchange client = RawExchange.get(proxy.port(), "/events");
            client.events().next();
            client.reset();
            while (!node.streams().aborted().tryAcquire()) {
                node.publish(big);
            }
            proxy.awaitSwallowing();
            assertNothingRemains(2); // of the proxy
        }
    }

    @Test
    void ofAPeerThatTheSystemStoppedNothingRemains() throws Exception {
        start(SOON);
        try (PeerProcess peers = new PeerProcess(node.port(), MANY)) {
            peers.stop();
            publishUntilAborted(MANY);
            assertNothingRemains(0);
        }
    }

    @Test
    void ofPeersThatWereKilledInMidStreamNothingRemains() throws Exception {
        start(NEVER);
        for (int i = 0; i < KILLS; i++) {
            try (PeerProcess peers = new PeerProcess(node.port(), 5 * MANY)) {
                for (int event = 0; event < 20; event++) {
                    node.publish(big);
                }
            }
            assertNothingRemains(0);
        }
    }

    @Test
    void frozenPeersHoldNoThreadAndDelayNobody() throws Exception {
        start(NEVER);
        try (RawExchange healthy = RawExchange.get(node.port(), "/events")) {
            EventStreamReader events = healthy.events();
            events.next();
            openFrozen();
            for (int i = 0; node.slow() < ALL_THREADS; i++) {
                assertReceived(i, events);
            }

            assertThat(plainAnswer()).isEqualTo(TestNode.PLAIN);
            assertReceived(-1, events);
            assertThat(node.slow()).as("still frozen").isEqualTo(ALL_THREADS);
        }
    }

    @Test
    void frozenPeersAreCutAtTheWriteDeadlineAndDelayNobody() throws Exception {
        start(SOON);
        try (RawExchange healthy = RawExchange.get(node.port(), "/events")) {
            EventStreamReader events = healthy.events();
            events.next();
            openFrozen();
            int aborted = 0;
            for (int i = 0; aborted < ALL_THREADS; i++) {
                assertReceived(i, events);
                aborted += node.streams().aborted().drainPermits();
            }
            node.awaitStreams(1);
            OpenSockets.awaitAtMost(before + ALL_THREADS + 2);
        }
        assertNothingRemains(ALL_THREADS);
    }

    private void start(Duration writeDeadline) {
        OpenSockets.require();
        node = new TestNode(
                EventBroadcaster.builder().heartbeat(Duration.ofMillis(200)).writeDeadline(writeDeadline));
        before = OpenSockets.count();
    }

    private void openFrozen() throws IOException {
        for (int i = 0; i < ALL_THREADS; i++) {
            sockets.add(RawExchange.frozen(node.port(), "/events"));
        }
        node.awaitOpened(ALL_THREADS + 1);
    }

    private void assertReceived(int number, EventStreamReader events) throws IOException {
        node.publish(number + big);
        assertThat(events.next().data()).startsWith(number + "x");
    }

    private void publishUntilAborted(int streams) {
        int aborted = 0;
        while (aborted < streams) {
            node.publish(big);
            aborted += node.streams().aborted().drainPermits();
        }
    }

    private void assertNothingRemains(int socketsOfClients) {
        node.awaitStreams(0);
        OpenSockets.awaitAtMost(before + socketsOfClients);
    }

    private String plainAnswer() throws IOException {
        try (RawExchange exchange = RawExchange.get(node.port(), "/plain", "Connection: close")) {
            return exchange.body();
        }
    }
}
