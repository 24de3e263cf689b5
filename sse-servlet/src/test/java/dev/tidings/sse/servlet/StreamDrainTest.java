package dev.tidings.sse.servlet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leaving: how long it takes, and where those go who are sent away. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class StreamDrainTest {

    private static final int CLIENTS = 1_000;
    private static final int TOPICS = 10;
    private static final Topic STUCK = Topic.of("stuck");

    // Two nodes over the same logs.
    private final ScriptedBackplane logs = ScriptedBackplane.inMemory(InstantSource.system());
    private final Node leaving = new Node(logs);
    private final Node staying = new Node(new ScriptedBackplane(logs.logs()));
    private EventSources sources;

    @AfterEach
    void stop() throws IOException {
        try {
            sources.close();
        } finally {
            leaving.close();
            staying.close();
        }
    }

    /** By the hook that docs/deployment.md gives, in front of a container that would wait for a minute. */
    @Test
    void aGracefulStopTakesAsLongAsItsDrainAndNoLonger() throws Exception {
        leaving.server.waitForRequestsOnStop(Duration.ofMinutes(1));
        leaving.server.beforeStop(() -> await(leaving.events.drain(Duration.ofSeconds(1))));
        leaving.start();
        sources = new EventSources(leaving.server.port());
        open(0, 20);
        try (Socket stuck = RawExchange.frozen(leaving.server.port(), "/stuck")) {
            while (!leaving.streams.notReady().tryAcquire()) {
                await(leaving.broadcaster.publish(STUCK, Event.of("big", "x".repeat(60_000))));
            }

            long before = System.nanoTime();
            leaving.server.close();

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            assertThat(stuck.isClosed()).isFalse();
        }
        // Some come back while it is still there, and are sent away again.
        sources.await("sent away", source -> !closes(source).isEmpty());
        for (EventSource source : sources.all()) {
            assertThat(closes(source)).containsOnly("{\"reason\":\"drain\",\"reconnect\":true}");
        }
    }

    @Test
    void aThousandClientsMoveToAnotherNodeWithoutALossEachAfterItsOwnDelay() throws Exception {
        leaving.start();
        staying.start();
        sources = new EventSources(leaving.server.port());
        Sequences sequences = new Sequences();
        for (int from = 0; from < CLIENTS; from += 50) {
            open(from, from + 50).forEach(sequences::listenTo);
        }

        try (Publishing publishing = new Publishing(staying.broadcaster)) {
            sources.await("getting events", source -> sequences.hasGot(source, 0));
            sources.moveTo(staying.server.port()); // as a load balancer does when the node says that it is leaving
            await(leaving.events.drain(Duration.ofSeconds(3)));
            sources.await("open on the other node", source -> source.hasOpened(2));
            int last = publishing.stop();
            sources.await("complete", source -> sequences.hasGot(source, last));
        }

        assertThat(sequences.violations()).isEmpty();
        for (EventSource source : sources.all()) {
            assertThat(source.statuses()).containsExactly(200, 200);
            assertThat(source.controls())
                    .extracting(ServerSentEvent::type)
                    .containsExactly("stream.open", "stream.close", "stream.open");
            assertThat(source.reconnects())
                    .allSatisfy(it -> assertThat(it.waitedMillis()).isGreaterThanOrEqualTo(it.delayMillis()));
        }
        assertThat(delaysByHalfSecond())
                .hasSize(5)
                .allSatisfy((half, clients) -> assertThat(clients).isBetween(CLIENTS / 10L, CLIENTS * 3L / 10));
    }

    private List<EventSource> open(int from, int to) {
        List<EventSource> opened = IntStream.range(from, to)
                .mapToObj(i -> sources.open("/events?reader=" + i))
                .toList();
        sources.await("open", source -> source.hasOpened(1));
        return opened;
    }

    /**
     * The delays that the node has handed out. That those who keep them come back evenly is sse-core's to show, by a
     * clock that does not stumble when the machine does.
     */
    private Map<Long, Long> delaysByHalfSecond() {
        return sources.all().stream()
                .flatMap(source -> source.reconnects().stream())
                .collect(Collectors.groupingBy(it -> it.delayMillis() / 500, Collectors.counting()));
    }

    private static Topic topic(int number) {
        return Topic.of("feed", Integer.toString(number % TOPICS));
    }

    private static List<String> closes(EventSource source) {
        return source.controls().stream()
                .filter(event -> event.type().equals("stream.close"))
                .map(ServerSentEvent::data)
                .toList();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, SECONDS).join();
    }

    /** A server with a broadcaster. */
    private static final class Node {

        final EventBroadcaster broadcaster;
        final ObservedStreams streams;
        final SseServlet events;
        final TestServer server = new TestServer();

        Node(ScriptedBackplane backplane) {
            broadcaster = EventBroadcaster.create(backplane);
            streams = new ObservedStreams(broadcaster.streams());
            events = SseServlet.of(new SseTransport(streams), request -> {
                int reader = Integer.parseInt(request.getParameter("reader"));
                return Access.to(topic(reader), topic(reader + 1));
            });
        }

        void start() {
            server.servlet("/events", events)
                    .servlet("/stuck", SseServlet.of(new SseTransport(streams), request -> Access.to(STUCK)))
                    .start();
        }

        void close() {
            broadcaster.close();
            server.close();
        }
    }

    /** Publishes ascending numbers to all topics until it is stopped. */
    private static final class Publishing implements AutoCloseable {

        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final EventBroadcaster broadcaster;
        private int next; // of the clock's thread, until it is stopped

        Publishing(EventBroadcaster broadcaster) {
            this.broadcaster = broadcaster;
            Future<?> unused = clock.scheduleAtFixedRate(this::publish, 0, 200, TimeUnit.MILLISECONDS);
        }

        /** Returns the last number. */
        int stop() throws InterruptedException {
            clock.shutdown();
            assertThat(clock.awaitTermination(40, SECONDS)).isTrue();
            publish(); // one more, to which every client must get
            return next - 1;
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }

        private void publish() {
            for (int i = 0; i < TOPICS; i++) {
                await(broadcaster.publish(topic(i), Event.of("number", i + ":" + next)));
            }
            next++;
        }
    }

    /** What each client has got of each topic; on the clients' one thread, but for what tests read. */
    private static final class Sequences {

        private final Map<EventSource, Map<String, Integer>> seen = new ConcurrentHashMap<>();
        private final List<String> violations = new CopyOnWriteArrayList<>();

        void listenTo(EventSource source) {
            Map<String, Integer> numbers = new ConcurrentHashMap<>();
            seen.put(source, numbers);
            source.onEvent(event -> {
                String[] parts = event.data().split(":", -1);
                int number = Integer.parseInt(parts[1]);
                Integer before = numbers.put(parts[0], number);
                if (number != (before == null ? 0 : before + 1)) {
                    violations.add("in topic " + parts[0] + " " + number + " came after " + before);
                }
            });
        }

        /** Tells whether a client has got this number in both its topics. */
        boolean hasGot(EventSource source, int number) {
            Map<String, Integer> numbers = seen.get(source);
            return numbers.size() == 2 && numbers.values().stream().allMatch(last -> last >= number);
        }

        List<String> violations() {
            return violations;
        }
    }
}
