package dev.tidings.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.SteppedBroadcaster;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

    private static final Topic NEWS = Topic.of("news");

    @ParameterizedTest(name = "{1}")
    @MethodSource("outOfRange")
    void aValueOutOfItsRangeIsRefusedByNameAndValue(UnaryOperator<EventBroadcaster.Builder> setting, String message) {
        assertThatThrownBy(() -> setting.apply(EventBroadcaster.builder()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> outOfRange() {
        return Stream.of(
                refused(
                        b -> b.heartbeat(Duration.ofMillis(99)),
                        "heartbeat must be from 100 ms to 1 day, was PT0.099S"),
                refused(b -> b.heartbeat(Duration.ofDays(2)), "heartbeat must be from 100 ms to 1 day, was PT48H"),
                refused(b -> b.writeDeadline(Duration.ZERO), "writeDeadline must be from 100 ms to 1 day, was PT0S"),
                refused(
                        b -> b.writeDeadline(ChronoUnit.FOREVER.getDuration()),
                        "writeDeadline must be from 100 ms to 1 day, was " + ChronoUnit.FOREVER.getDuration()),
                refused(b -> b.maxEventBytes(0), "maxEventBytes must be from 1 to 1048576, was 0"),
                refused(b -> b.maxEventBytes(1_048_577), "maxEventBytes must be from 1 to 1048576, was 1048577"),
                refused(b -> b.maxBufferBytes(5), "maxBufferBytes must be >= 1048576, was 5"),
                refused(b -> b.maxTopics(65), "maxTopics must be from 1 to 64, was 65"),
                refused(b -> b.maxStreams(0), "maxStreams must be >= 1, was 0"),
                refused(b -> b.maxStreamsPerPrincipal(-1), "maxStreamsPerPrincipal must be >= 1, was -1"),
                refused(b -> b.loops(0), "loops must be from 1 to 64, was 0"));
    }

    @Test
    void aRetentionThatCannotBeIsRefused() {
        assertThatThrownBy(() -> Retention.DEFAULT.maxEntries(15)).hasMessage("maxEntries must be >= 16, was 15");
        assertThatThrownBy(() -> Retention.DEFAULT.maxAge(Duration.ofMillis(999)))
                .hasMessage("maxAge must be from 1 s to 366 days, was PT0.999S");
        assertThatThrownBy(() -> Retention.DEFAULT.maxBytes(0)).hasMessage("maxBytes must be >= 1, was 0");
        assertThatThrownBy(() -> SlowConsumers.skipBeyond(0)).hasMessage("maxBehind must be >= 1, was 0");
    }

    @Test
    void aLogHoldsNoMoreBytesThanItsRetention() {
        List<String> received =
                missed(builder -> builder.retention(Retention.DEFAULT.maxBytes(50_000)), NEWS, 100, "x".repeat(10_000));

        assertThat(received.get(1)).contains("trimmed");
        assertThat(received).hasSize(2 + 4); // four and what is around them fit, five do not
    }

    @Test
    void aSingleEntryIsKeptHoweverLargeItIs() {
        assertThat(missed(builder -> builder.retention(Retention.DEFAULT.maxBytes(1)), NEWS, 1, "x".repeat(10_000)))
                .hasSize(2);
    }

    @Test
    void theLongestPrefixCounts() {
        UnaryOperator<EventBroadcaster.Builder> settings =
                builder -> builder.retention(Retention.DEFAULT.maxEntries(20))
                        .retention("a:", Retention.DEFAULT.maxEntries(30))
                        .retention("a:b", Retention.DEFAULT.maxEntries(40));

        assertThat(missed(settings, Topic.of("other"), 100, "e")).hasSize(2 + 20);
        assertThat(missed(settings, Topic.of("a", "x"), 100, "e")).hasSize(2 + 30);
        assertThat(missed(settings, Topic.of("a", "bc"), 100, "e")).hasSize(2 + 40);
    }

    @Test
    void anObserverThatThrowsHurtsNobody() {
        BroadcasterObserver broken = new BroadcasterObserver() {
            @Override
            public void published(Topic topic, Event event) {
                throw new IllegalStateException("broken observer");
            }

            @Override
            public void delivered(Topic topic, Event event, long latencyMillis) {
                throw new IllegalStateException("broken observer");
            }
        };

        assertThat(missed(builder -> builder.observer(broken), NEWS, 3, "e")).hasSize(1 + 3);
    }

    /** What a client is given that comes back after so many events. */
    private static List<String> missed(
            UnaryOperator<EventBroadcaster.Builder> settings, Topic topic, int events, String data) {
        try (SteppedBroadcaster stepped = SteppedBroadcaster.create(settings)) {
            RecordingConnection before = stepped.connect(Access.to(topic));
            before.disconnect();
            stepped.settle();
            for (int i = 0; i < events; i++) {
                stepped.broadcaster().publish(topic, Event.of("e", data));
            }
            return stepped.connect(Access.to(topic), before.lastEventId()).takeData();
        }
    }

    private static Arguments refused(UnaryOperator<EventBroadcaster.Builder> setting, String message) {
        return Arguments.of(setting, message);
    }
}
