package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.RecordingConnection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConflationTest {

    private static final Topic PRICES = Topic.of("prices");

    private final SteppedNode node = new SteppedNode(settings ->
            settings.withRetention("prices", Retention.DEFAULT.conflate().maxEntries(64)));

    @Test
    void whoPausedGetsTheLatestPerKeyAndNoGap() {
        RecordingConnection paused = node.connect(PRICES);
        paused.take();
        paused.stopReading();
        publish("a1", "b1", "a2", "a3", "b2");

        paused.readAgain();
        node.settle();

        assertThat(paused.takeData()).containsExactly("a3", "b2");
    }

    @Test
    void whoKeepsUpGetsEveryEvent() {
        RecordingConnection connection = node.connect(PRICES);
        connection.take();

        for (String event : List.of("a1", "a2", "a3")) {
            publish(event);
        }

        assertThat(connection.takeData()).containsExactly("a1", "a2", "a3");
    }

    @Test
    void anEventWithoutAKeyIsNeverSuperseded() {
        RecordingConnection paused = node.connect(PRICES);
        paused.take();
        paused.stopReading();
        node.publish(PRICES, "note 1");
        publish("a1", "a2");
        node.publish(PRICES, "note 2");

        paused.readAgain();
        node.settle();

        assertThat(paused.takeData()).containsExactly("note 1", "a2", "note 2");
    }

    @Test
    void trimmingDropsWhatIsSupersededFirst() {
        RecordingConnection paused = node.connect(PRICES);
        paused.take();
        paused.stopReading();
        for (int i = 0; i < 10_000; i++) {
            publish((char) ('a' + i % 26) + "" + i);
        }

        paused.readAgain();
        node.settle();

        assertThat(paused.takeData()).hasSize(26).noneMatch(data -> data.startsWith("stream."));
    }

    @Test
    void aReconnectAfterThatIsNoGapEither() {
        RecordingConnection first = node.connect(PRICES);
        first.disconnect();
        for (int i = 0; i < 1_000; i++) {
            publish((char) ('a' + i % 26) + "" + i);
        }

        List<String> received = node.connect(first.lastEventId(), PRICES).takeData();

        assertThat(received).hasSize(27).noneMatch(data -> data.startsWith("stream.gap"));
    }

    @Test
    void moreKeysThanAreRetainedIsAGap() {
        RecordingConnection first = node.connect(PRICES);
        first.disconnect();
        for (int i = 0; i < 100; i++) {
            node.publish(PRICES, Event.of("price", "k" + i).key("key" + i));
        }

        List<String> received = node.connect(first.lastEventId(), PRICES).takeData();

        assertThat(received).hasSize(1 + 1 + 64);
        assertThat(received.get(1)).contains("trimmed");
    }

    /** What superseded may be what the filter drops, so to it the superseded one was the latest. */
    @Test
    void aFilterConflatesByWhatItLetsThrough() {
        RecordingConnection paused = node.connect(null, notOdd());
        paused.take();
        paused.stopReading();
        publish("a2", "a3", "b2", "b4");

        paused.readAgain();
        node.settle();

        assertThat(paused.takeData()).containsExactly("a2", "b4");
    }

    @Test
    void aFilterIsToldAGapWhereWhatItWantedWasDroppedAsSuperseded() {
        RecordingConnection first = node.connect(null, notOdd());
        first.disconnect();
        publish("a2");
        for (int i = 1; i < 200; i += 2) {
            publish("a" + i);
        }

        List<String> received = node.connect(first.lastEventId(), notOdd()).takeData();

        assertThat(received).hasSize(2);
        assertThat(received.get(1)).contains("trimmed");
    }

    /** After any pause the final state per key equals that of one who saw everything, or a gap was told. */
    @Test
    void afterAnyPauseTheLatestPerKeyIsThatOfWhoSawEverything() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            boolean filtered = random.nextBoolean();
            RecordingConnection paused = filtered ? node.connect(null, notOdd()) : node.connect(PRICES);
            paused.take();
            Map<String, String> published = new TreeMap<>();
            for (int i = random.nextInt(150); i > 0; i--) {
                String event = (char) ('a' + random.nextInt(8)) + "" + random.nextInt(100);
                publish(event);
                if (!filtered || isEven(event)) {
                    published.put(event.substring(0, 1), event);
                }
                if (random.nextInt(20) == 0) {
                    paused.stopReading();
                } else if (random.nextInt(20) == 0) {
                    paused.readAgain();
                }
                node.settle();
            }
            paused.readAgain();
            node.settle();
            List<String> received = paused.takeData();
            Map<String, String> seen = new TreeMap<>();
            received.forEach(data -> seen.put(data.substring(0, 1), data));
            if (received.stream().noneMatch(data -> data.startsWith("stream.gap"))) {
                assertThat(seen).as("seed " + seed + ", round " + round).isEqualTo(published);
            }
            paused.disconnect();
            node.settle();
        }
    }

    private void publish(String... events) {
        for (String event : events) {
            node.publish(PRICES, Event.of("price", event).key(event.substring(0, 1)));
        }
        node.settle();
    }

    private static Access.Granted notOdd() {
        return Access.to(PRICES).filter(event -> isEven(event.data()));
    }

    private static boolean isEven(String event) {
        return Integer.parseInt(event.substring(1)) % 2 == 0;
    }
}
