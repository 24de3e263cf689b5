package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Streams that are opened and broken off, thousands of times and many at once: none leaves anything behind, and nothing
 * of one is ever read in another response. {@code -Dtidings.cycles=100000} does it more often.
 */
@Tag(ServletContainer.TAG)
@Timeout(600)
class ConnectCyclesTest {

    private static final int CYCLES = Integer.getInteger("tidings.cycles", 2_000);

    private static final int CLIENTS = 32;

    private final long seed = Long.getLong("tidings.seed", System.nanoTime());
    private final AtomicInteger left = new AtomicInteger(CYCLES);
    private final AtomicInteger canaries = new AtomicInteger(1_000_000);
    private final AtomicInteger opensRead = new AtomicInteger();
    private final Queue<Throwable> violations = new ConcurrentLinkedQueue<>();
    private CanaryNode node;
    private int before;

    @BeforeEach
    void start() {
        OpenSockets.require();
        node = new CanaryNode();
        before = OpenSockets.count();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void ofStreamsThatAreBrokenOffNothingRemains() throws InterruptedException {
        runClients();

        if (!violations.isEmpty()) {
            throw new AssertionError("seed " + seed, violations.remove());
        }
        Until.holds(
                () -> node.metrics().activeConnections() == 0,
                () -> node.metrics().activeConnections() + " streams never end, seed " + seed);
        OpenSockets.awaitAtMost(before);
        // Not each: some were gone before the container had read what they asked for.
        assertThat(node.metrics().freshOpens())
                .isBetween((long) opensRead.get(), (long) node.streams().opens().get());
        assertThat(opensRead).hasPositiveValue();
        assertThat(node.metrics().activeSubscriptions()).as("each ended once").isZero();
        assertThat(node.metrics().closesByReason().values())
                .as("none was cut by us")
                .containsOnly(0L);
        // Containers keep the last request of some connections, to use it again.
        Until.holds(
                () -> node.streams().reachable() <= CLIENTS,
                () -> node.streams().reachable() + " connections are kept in memory");
    }

    private void runClients() throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + i);
            Thread client = new Thread(() -> run(random), "fickle client " + i);
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private void run(Random random) {
        try (FickleClient client = new FickleClient(node, random, canaries, opensRead)) {
            while (left.getAndDecrement() > 0 && violations.isEmpty()) {
                client.cycle();
            }
        } catch (IOException | RuntimeException | AssertionError violation) {
            violations.add(violation);
        }
    }
}
