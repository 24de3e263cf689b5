package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.redis.micrometer.RedisMetrics;
import dev.tidings.sse.spi.Status;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@RequiresRedis
class RedisMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void theNamesAreThoseThatArePromised() {
        try (RedisBackplane backplane = RedisBackplane.of("redis://localhost:1")) {
            new RedisMetrics(backplane).bindTo(registry);
        }
        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .extracting(id -> NamingConvention.snakeCase.name(id.getName(), id.getType()))
                .containsExactlyInAnyOrder(
                        "tidings_redis_fresh",
                        "tidings_redis_masters",
                        "tidings_redis_masters_connected",
                        "tidings_redis_probe",
                        "tidings_redis_topics_followed",
                        "tidings_redis_topics_acknowledged",
                        "tidings_redis_publishes_waiting",
                        "tidings_redis_publishes_oldest",
                        "tidings_redis_publishes_retried",
                        "tidings_redis_duplicates",
                        "tidings_redis_resyncs",
                        "tidings_redis_reconnects");
    }

    @Test
    void theyFollowHowRedisIsDoing() {
        try (RedisServer redis = RedisServer.start()) {
            RedisBackplane backplane = ImpatientBackplane.at(redis.uri()).build();
            try (EventBroadcaster broadcaster = EventBroadcaster.create(backplane)) {
                new RedisMetrics(backplane).bindTo(registry);
                Topic topic = Topic.of("user", "42");
                Subscription subscription = broadcaster.subscribe(Subscription.Request.of(topic), (name, entry) -> {});
                subscription.opened().toCompletableFuture().join();
                Wait.until("touch with Redis", () -> gauge("fresh") == 1);
                Wait.until("a probe", () -> backplane.health().probeRoundTrip() != null);
                assertThat(gauge("masters")).isEqualTo(1);
                assertThat(gauge("masters.connected")).isEqualTo(1);
                assertThat(gauge("topics.followed"))
                        .as("the control topic and the user's")
                        .isEqualTo(2);
                Wait.until("both", () -> gauge("topics.acknowledged") == 2);
                assertThat(registry.get("tidings.redis.probe").timeGauge().value(TimeUnit.SECONDS))
                        .isBetween(0.000_001, 60.0);

                redis.kill();
                Wait.until("the loss to be noticed", () -> backplane.status() == Status.STALE);
                broadcaster.publish(topic, Event.of("event", "waits"));
                assertThat(gauge("fresh")).isZero();
                assertThat(gauge("publishes.waiting")).isEqualTo(1);

                redis.restart();
                Wait.until("the publish to be stored", () -> gauge("publishes.waiting") == 0);
                FunctionCounter reconnects =
                        registry.get("tidings.redis.reconnects").functionCounter();
                Wait.until("a reconnect", () -> reconnects.count() > 0);
            }
        }
    }

    private double gauge(String name) {
        return registry.get("tidings.redis." + name).gauge().value();
    }
}
