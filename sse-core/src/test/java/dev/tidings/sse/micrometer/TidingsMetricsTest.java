package dev.tidings.sse.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.TimeSource;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.SteppedBroadcaster;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TidingsMetricsTest {

    private static final Topic USER = Topic.of("user", "42");

    private final HandDriver driver = new HandDriver();
    private final TidingsMetrics metrics = new TidingsMetrics();
    private final EventBroadcaster broadcaster =
            EventBroadcaster.builder().observer(metrics).driver(driver).loops(1).build();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        broadcaster.close();
    }

    @Test
    void theNamesAreThoseThatArePromised() {
        bind(registry);
        subscribe(null);
        publish("joined");

        Set<String> names = registry.getMeters().stream()
                .map(Meter::getId)
                .map(id -> NamingConvention.snakeCase.name(id.getName(), id.getType(), id.getBaseUnit()))
                .collect(Collectors.toSet());

        assertThat(names)
                .containsExactlyInAnyOrder(
                        "tidings_streams_active",
                        "tidings_subscriptions_active",
                        "tidings_slow_consumers",
                        "tidings_buffered",
                        "tidings_opens",
                        "tidings_resumes",
                        "tidings_events_published",
                        "tidings_events_delivered",
                        "tidings_events_replayed",
                        "tidings_delivery",
                        "tidings_stream_establishment",
                        "tidings_stream_lifetime",
                        "tidings_gaps",
                        "tidings_closes");
    }

    @Test
    void eventsAreCountedByType() {
        bind(registry);
        subscribe(null);
        subscribe(null);

        publish("joined");
        publish("joined");
        publish("left");

        assertThat(count("tidings.events.published", "type", "joined")).isEqualTo(2);
        assertThat(count("tidings.events.published", "type", "left")).isEqualTo(1);
        assertThat(count("tidings.events.delivered", "type", "joined")).isEqualTo(4);
        assertThat(registry.get("tidings.delivery").timer().count()).isEqualTo(6);
    }

    @Test
    void whatHappenedBeforeItWasBoundIsCountedToo() {
        subscribe(null);
        publish("joined");

        bind(registry);

        assertThat(count("tidings.events.published", "type", "joined")).isEqualTo(1);
        assertThat(count("tidings.events.delivered", "type", "joined")).isEqualTo(1);
        assertThat(count("tidings.opens", "kind", "fresh")).isEqualTo(1);
    }

    @Test
    void typesBeyondAHundredShareOneMeter() {
        bind(registry);
        for (int i = 0; i < 150; i++) {
            publish("type-" + i);
        }

        assertThat(registry.get("tidings.events.published").functionCounters()).hasSize(101);
        assertThat(count("tidings.events.published", "type", "type-99")).isEqualTo(1);
        assertThat(count("tidings.events.published", "type", "other")).isEqualTo(50);
    }

    @Test
    void resumesGapsAndClosesAreCounted() {
        bind(registry);
        Cursor start = broadcaster.position(USER).toCompletableFuture().join();
        publish("missed");
        subscribe(start);
        subscribe(new Cursor("garbage"));

        assertThat(count("tidings.opens", "kind", "resumed")).isEqualTo(2);
        assertThat(count("tidings.resumes", "outcome", "complete")).isEqualTo(1);
        assertThat(count("tidings.resumes", "outcome", "bad-cursor")).isEqualTo(1);
        assertThat(registry.get("tidings.events.replayed").functionCounter().count())
                .isEqualTo(1);
        assertThat(count("tidings.gaps", "reason", "bad-cursor")).isEqualTo(1);

        broadcaster.close();

        assertThat(count("tidings.closes", "reason", "drain")).isEqualTo(2);
        assertThat(gauge("tidings.subscriptions.active")).isZero();
    }

    @Test
    void gaugesFollow() {
        bind(registry);
        Subscription subscription = subscribe(null);
        publish("joined");
        assertThat(gauge("tidings.subscriptions.active")).isEqualTo(1);
        assertThat(gauge("tidings.buffered")).isPositive();

        subscription.close();
        driver.settle();

        assertThat(gauge("tidings.subscriptions.active")).isZero();
        assertThat(gauge("tidings.streams.active")).isZero();
        assertThat(gauge("tidings.slow.consumers")).isZero();
    }

    @Test
    void anyNumberOfRegistriesMayBeBoundEachOnce() {
        MeterRegistry other = new SimpleMeterRegistry();
        bind(registry);
        bind(registry);
        bind(other);
        subscribe(null);

        publish("joined");

        for (MeterRegistry each : List.of(registry, other)) {
            assertThat(each.get("tidings.delivery").timer().count()).isEqualTo(1);
            assertThat(each.get("tidings.events.published").functionCounter().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void establishmentIsMeasuredApartFromLifetime() {
        TidingsMetrics ofNode = new TidingsMetrics();
        try (SteppedBroadcaster node =
                SteppedBroadcaster.create(settings -> settings.observer(ofNode).maxStreams(1))) {
            ofNode.of(node.broadcaster()).bindTo(registry);
            StreamRequest.Decision decision = node.broadcaster().streams().beginDecision();
            node.clock().advance(Duration.ofMillis(40));
            RecordingConnection page = new RecordingConnection();
            page.open(node.broadcaster().streams(), new StreamRequest(Access.to(USER), decision, null));
            page.readAgain();
            node.settle();
            node.connect(Access.to(USER)); // refused: neither established nor alive
            assertThat(timer("tidings.stream.establishment").count()).isEqualTo(1);
            assertThat(timer("tidings.stream.establishment").totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(40);
            assertThat(timer("tidings.stream.lifetime").count()).isZero();

            node.clock().advance(Duration.ofMinutes(5));
            page.disconnect();
            node.settle();

            assertThat(timer("tidings.stream.establishment").count()).isEqualTo(1);
            assertThat(timer("tidings.stream.lifetime").count()).isEqualTo(1);
            assertThat(timer("tidings.stream.lifetime").totalTime(TimeUnit.MINUTES))
                    .isEqualTo(5);
        }
    }

    private Timer timer(String name) {
        return registry.get(name).timer();
    }

    private void bind(MeterRegistry to) {
        metrics.of(broadcaster).bindTo(to);
    }

    private Subscription subscribe(Cursor from) {
        Subscription subscription = broadcaster.subscribe(
                new Subscription.Request(List.of(USER), from, null, Runnable::run), (topic, entry) -> {});
        driver.settle();
        return subscription;
    }

    private void publish(String type) {
        broadcaster.publish(USER, Event.of(type, "{}"));
        driver.settle();
    }

    private double count(String name, String tag, String value) {
        return registry.get(name).tag(tag, value).functionCounter().count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    /** Steps the one loop when the test says so. */
    private static final class HandDriver implements LoopDriver {

        private Loop loop;

        @Override
        public TimeSource time() {
            return TimeSource.SYSTEM;
        }

        @Override
        public Runnable drive(Loop driven) {
            loop = driven;
            return this::settle;
        }

        void settle() {
            while (loop.step()) {}
        }
    }
}
