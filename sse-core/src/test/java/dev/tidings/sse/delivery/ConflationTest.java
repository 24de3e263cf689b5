package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.RecordingConnection;
import java.util.ArrayList;
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

    /** The log drops what is superseded wherever it stands, so the first entry may follow on and a later one not. */
    @Test
    void aFilterIsToldAGapInTheMiddleOfAPageToo() {
        RecordingConnection first = node.connect(null, notOdd());
        first.disconnect();
        node.publish(PRICES, "n0");
        publish("a2");
        for (int i = 0; i < 63; i++) {
            publish("a" + (2 * i + 1));
        }

        List<String> received = node.connect(first.lastEventId(), notOdd()).takeData();

        assertThat(received).hasSize(3);
        assertThat(received.get(1)).isEqualTo("n0");
        assertThat(received.get(2)).contains("trimmed");
    }

    @Test
    void aFilterIsToldEveryGapOfAPageThatBeginsWithOne() {
        RecordingConnection first = node.connect(null, notOdd());
        first.disconnect();
        publish("a2");
        node.publish(PRICES, "n0");
        publish("b2");
        node.publish(PRICES, "n2");
        for (int i = 0; i < 63; i++) {
            publish((i % 2 == 0 ? "a" : "b") + (2 * i + 1));
        }

        List<String> received = node.connect(first.lastEventId(), notOdd()).takeData();

        assertThat(received).hasSize(6);
        assertThat(received.get(1)).contains("trimmed");
        assertThat(received.get(2)).isEqualTo("n0");
        assertThat(received.get(3)).contains("trimmed");
        assertThat(received.get(4)).isEqualTo("n2");
        assertThat(received.get(5)).contains("trimmed");
    }

    /**
     * After any pause the latest per key, and every event without one, is what someone got who saw everything, or a gap was
     * told. Keys and silence come in spells, so that what is dropped as superseded lies anywhere in what is read.
     */
    @Test
    void afterAnyPauseTheLatestPerKeyIsThatOfWhoSawEverything() {
        long seed = Long.getLong("tidings.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            boolean filtered = random.nextBoolean();
            RecordingConnection paused = filtered ? node.connect(null, notOdd()) : node.connect(PRICES);
            paused.take();
            List<String> published = new ArrayList<>();
            int keys = 1;
            for (int i = random.nextInt(150); i > 0; i--) {
                if (random.nextInt(20) == 0) {
                    paused.stopReading();
                } else if (random.nextInt(60) == 0) {
                    paused.readAgain();
                }
                if (random.nextInt(10) == 0) {
                    keys = 1 + random.nextInt(8);
                }
                String event = (char) ('a' + random.nextInt(keys)) + "" + random.nextInt(100);
                if (random.nextInt(10) == 0) {
                    event = "n" + i;
                    node.publish(PRICES, event);
                } else {
                    publish(event);
                }
                if (!filtered || isEven(event)) {
                    published.add(event);
                }
                node.settle();
            }
            paused.readAgain();
            node.settle();
            List<String> received = paused.takeData();
            if (received.stream().noneMatch(data -> data.startsWith("stream.gap"))) {
                assertThat(latest(received))
                        .as("seed " + seed + ", round " + round)
                        .isEqualTo(latest(published));
            }
            paused.disconnect();
            node.settle();
        }
    }

    /** Returns the latest event of each key, and each event without one. */
    private static Map<String, String> latest(List<String> events) {
        Map<String, String> latest = new TreeMap<>();
        events.forEach(event -> latest.put(event.startsWith("n") ? event : event.substring(0, 1), event));
        return latest;
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
