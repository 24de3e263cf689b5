package dev.tidings.sse.redis.micrometer;

import dev.tidings.sse.redis.RedisBackplane;
import dev.tidings.sse.redis.RedisHealth;
import dev.tidings.sse.spi.Status;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RedisBackplane#health} tells, as meters.
 *
 * <pre>{@code
 * RedisBackplane redis = RedisBackplane.of("redis://redis:6379");
 * new RedisMetrics(redis).bindTo(registry);
 * }</pre>
 *
 * <p>The meters, by the names that Prometheus shows; {@link RedisHealth} says more about each:
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tells</th></tr>
 * <tr><td>{@code tidings_redis_fresh}</td><td>1 while what followers have seen is up to date, else 0</td></tr>
 * <tr><td>{@code tidings_redis_masters}</td><td>servers that hold the logs</td></tr>
 * <tr><td>{@code tidings_redis_masters_connected}</td><td>those that this node is in touch with</td></tr>
 * <tr><td>{@code tidings_redis_probe_seconds}</td><td>the last probe's round trip; NaN before the first</td></tr>
 * <tr><td>{@code tidings_redis_topics_followed}</td><td>topics that this node wants to follow</td></tr>
 * <tr><td>{@code tidings_redis_topics_acknowledged}</td><td>those that are subscribed</td></tr>
 * <tr><td>{@code tidings_redis_publishes_waiting}</td><td>events that wait for their answer</td></tr>
 * <tr><td>{@code tidings_redis_publishes_oldest_seconds}</td><td>how long the first of them has waited</td></tr>
 * <tr><td>{@code tidings_redis_publishes_retried_total}</td><td>events that were sent again</td></tr>
 * <tr><td>{@code tidings_redis_duplicates_total}</td><td>announcements that came twice, and were dropped</td></tr>
 * <tr><td>{@code tidings_redis_resyncs_total}</td><td>how often followers of a topic had to read again</td></tr>
 * <tr><td>{@code tidings_redis_reconnects_total}</td><td>connections that were opened anew</td></tr>
 * </table>
 *
 * <p><em>Threading.</em> Thread-safe. Nothing is counted here: the backplane is asked when a meter is read, without a
 * call of Redis.
 */
public final class RedisMetrics implements MeterBinder {

    private final RedisBackplane backplane;

    /** Creates the binder of a backplane's meters, for any number of registries. */
    public RedisMetrics(RedisBackplane backplane) {
        this.backplane = Objects.requireNonNull(backplane, "backplane");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Registration meters = new Registration(backplane, registry);
        meters.gauge("fresh", "Whether followers are up to date", of -> of.status() == Status.FRESH ? 1 : 0);
        meters.gauge("masters", "Servers that hold the logs", RedisHealth::masters);
        meters.gauge("masters.connected", "Servers in touch", RedisHealth::connectedMasters);
        meters.time("probe", "Round trip of the last probe", RedisHealth::probeRoundTrip);
        meters.gauge("topics.followed", "Topics to follow", RedisHealth::topicsFollowed);
        meters.gauge("topics.acknowledged", "Topics subscribed", RedisHealth::topicsAcknowledged);
        meters.gauge("publishes.waiting", "Events that wait for their answer", RedisHealth::publishesWaiting);
        meters.time("publishes.oldest", "How long the first of them has waited", RedisHealth::oldestPublishWaiting);
        meters.counter("publishes.retried", "Events sent again", RedisHealth::publishesRetried);
        meters.counter("duplicates", "Announcements that came twice", RedisHealth::duplicatesDropped);
        meters.counter("resyncs", "Topics whose followers read again", RedisHealth::resyncs);
        meters.counter("reconnects", "Connections opened anew", RedisHealth::reconnects);
    }

    private record Registration(RedisBackplane backplane, MeterRegistry registry) {

        void gauge(String name, String description, ToDoubleFunction<RedisHealth> value) {
            Gauge.builder("tidings.redis." + name, backplane, of -> value.applyAsDouble(of.health()))
                    .description(description)
                    .register(registry);
        }

        void time(String name, String description, Function<RedisHealth, @Nullable Duration> value) {
            TimeGauge.builder(
                            "tidings.redis." + name,
                            backplane,
                            TimeUnit.NANOSECONDS,
                            of -> nanos(value.apply(of.health())))
                    .description(description)
                    .register(registry);
        }

        void counter(String name, String description, ToDoubleFunction<RedisHealth> count) {
            FunctionCounter.builder("tidings.redis." + name, backplane, of -> count.applyAsDouble(of.health()))
                    .description(description)
                    .register(registry);
        }

        private static double nanos(@Nullable Duration duration) {
            return duration == null ? Double.NaN : duration.toNanos();
        }
    }
}
