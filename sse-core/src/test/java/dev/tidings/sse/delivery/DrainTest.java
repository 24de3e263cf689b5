package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Streams;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ServerSentEvent;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When those come back whom a node sends away, by the delays it hands out. */
class DrainTest {

    private static final int STREAMS = 1_000;
    private static final Duration TICK = Duration.ofMillis(10);

    private final SteppedNode node = new SteppedNode();

    /** The worst case of two independent draws is a deadline of some three seconds, as long as the delays differ. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 10, 60})
    void theirPeakInASecondIsAtMostTwiceTheMean(int deadlineSeconds) {
        List<RecordingConnection> open = new ArrayList<>(IntStream.range(0, STREAMS)
                .mapToObj(i -> node.connect(Topic.of("user", Integer.toString(i % 10))))
                .toList());
        Duration deadline = Duration.ofSeconds(deadlineSeconds);

        node.delivery.streams().drain(deadline);
        node.settle();
        List<Duration> returns = new ArrayList<>();
        for (Duration now = Duration.ZERO; now.compareTo(deadline) <= 0; now = now.plus(TICK)) {
            Duration closed = now;
            open.removeIf(connection -> {
                boolean ended = connection.state() == RecordingConnection.State.ENDED;
                if (ended) {
                    returns.add(closed.plus(retry(connection)));
                }
                return ended;
            });
            node.advance(TICK);
        }

        assertThat(returns).hasSize(STREAMS);
        assertThat(peakToMean(returns)).isLessThanOrEqualTo(2);
    }

    @Test
    void aDrainWithoutASensibleDeadlineIsRefusedAndTheNodeStaysOpen() {
        Streams streams = node.delivery.streams();

        for (Duration wrong : List.of(Duration.ofMillis(-1), ChronoUnit.FOREVER.getDuration())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> streams.drain(wrong))
                    .withMessage("deadline must be from 0 to 1 day, was " + wrong);
        }
        assertThatNullPointerException().isThrownBy(() -> streams.drain(null));

        assertThat(node.connect(Topic.of("user", "42")).takeData())
                .singleElement()
                .asString()
                .startsWith("stream.open");
    }

    private static double peakToMean(List<Duration> returns) {
        long first = returns.stream().mapToLong(Duration::toMillis).min().orElseThrow();
        long last = returns.stream().mapToLong(Duration::toMillis).max().orElseThrow();
        Map<Long, Long> bySecond = returns.stream()
                .collect(Collectors.groupingBy(at -> (at.toMillis() - first) / 1000, Collectors.counting()));
        assertThat(last - first).as("milliseconds that they take").isGreaterThan(2_000);
        double mean = returns.size() * 1000.0 / (last - first);
        return Collections.max(bySecond.values()) / mean;
    }

    private static Duration retry(RecordingConnection connection) {
        List<ServerSentEvent> events = connection.events();
        return events.get(events.size() - 1).retry();
    }
}
