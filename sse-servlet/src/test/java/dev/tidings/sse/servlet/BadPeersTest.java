package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.EventBroadcaster;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that leave without a word, or stay without reading: nothing of theirs remains, and nobody else notices. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class BadPeersTest {

    /** As many as Jetty and Tomcat have threads. */
    private static final int ALL_THREADS = 200;

    private static final int MANY = 100;

    private final EventBroadcaster.Builder settings =
            EventBroadcaster.builder().heartbeat(Duration.ofMillis(200)).writeDeadline(Duration.ofMillis(300));
    private final List<Socket> sockets = new ArrayList<>();
    private final String big = "x".repeat(30_000);
    private TestNode node;
    private int before;

    @BeforeEach
    void start() {
        OpenSockets.require();
        start(settings);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        node.close();
    }

    @Test
    void ofPeersThatResetNothingRemains() throws IOException {
        for (int i = 0; i < MANY; i++) {
            RawExchange exchange = RawExchange.get(node.port(), "/events");
            exchange.events().next();
            exchange.reset();
        }
        assertNothingRemains(0);
    }

    @Test
    void ofPeersThatResetWhileTheyAreWrittenToNothingRemains() throws IOException {
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
        try (PeerProcess peers = new PeerProcess(node.port(), MANY)) {
            peers.stop();
            publishUntilAborted(MANY);
            assertNothingRemains(0);
        }
    }

    @Test
    void ofPeersThatWereKilledInMidStreamNothingRemains() throws Exception {
        int rounds = Integer.getInteger("tidings.kills", 2);
        for (int i = 0; i < rounds; i++) {
            try (PeerProcess peers = new PeerProcess(node.port(), 5 * MANY)) {
                for (int event = 0; event < 20; event++) {
                    node.publish(big);
                }
            }
            assertNothingRemains(0);
        }
    }

    @Test
    void frozenPeersHoldNoThreadAndDelayNobodyAndAreCut() throws Exception {
        node.close();
        start(settings.writeDeadline(Duration.ofSeconds(10))); // within which all of them must have been frozen
        try (RawExchange healthy = RawExchange.get(node.port(), "/events")) {
            EventStreamReader events = healthy.events();
            events.next();
            for (int i = 0; i < ALL_THREADS; i++) {
                sockets.add(RawExchange.frozen(node.port(), "/events"));
            }
            node.awaitStreams(ALL_THREADS + 1);
            for (int i = 0; node.slow() < ALL_THREADS; i++) {
                assertReceived(i, events);
            }
            assertThat(node.streams().aborted().availablePermits())
                    .as("cut before all were frozen")
                    .isZero();

            assertThat(plainAnswer()).isEqualTo(TestNode.PLAIN);
            for (int i = 0; node.slow() > 0; i++) {
                assertReceived(i, events);
            }
            node.awaitStreams(1);
            OpenSockets.awaitAtMost(before + ALL_THREADS + 2);
        }
        assertNothingRemains(ALL_THREADS);
    }

    private void start(EventBroadcaster.Builder with) {
        node = new TestNode(with);
        before = OpenSockets.count();
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
