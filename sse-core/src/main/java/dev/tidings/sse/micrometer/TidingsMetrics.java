package dev.tidings.sse.micrometer;

import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What one broadcaster does, as meters of Micrometer.
 *
 * <pre>{@code
 * TidingsMetrics metrics = new TidingsMetrics();
 * EventBroadcaster broadcaster = EventBroadcaster.builder().observer(metrics).build();
 * metrics.of(broadcaster).bindTo(registry);
 * }</pre>
 *
 * <p>The meters, by the names that Prometheus shows:
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>counts</th></tr>
 * <tr><td>{@code tidings_streams_active}</td><td>open streams of transports</td></tr>
 * <tr><td>{@code tidings_subscriptions_active}</td><td>open subscriptions of all kinds</td></tr>
 * <tr><td>{@code tidings_slow_consumers}</td><td>those that take nothing at this moment</td></tr>
 * <tr><td>{@code tidings_buffered_bytes}</td><td>about how many bytes the replay buffers hold</td></tr>
 * <tr><td>{@code tidings_opens_total{kind}}</td><td>{@code fresh} and {@code resumed} subscriptions</td></tr>
 * <tr><td>{@code tidings_resumes_total{outcome}}</td><td>how it went for the resumed ones that have caught up</td></tr>
 * <tr><td>{@code tidings_events_published_total{type}}</td><td>events published through this broadcaster</td></tr>
 * <tr><td>{@code tidings_events_delivered_total{type}}</td><td>events handed over, once for each subscriber</td></tr>
 * <tr><td>{@code tidings_events_replayed_total}</td><td>those of them that came before a resume had caught up</td></tr>
 * <tr><td>{@code tidings_delivery_seconds}</td><td>from an event's position until it was handed over</td></tr>
 * <tr><td>{@code tidings_stream_establishment_seconds}</td><td>from a stream's request until its {@code stream.open} was
 *     handed over, the application's decision about access included</td></tr>
 * <tr><td>{@code tidings_stream_lifetime_seconds}</td><td>from there until its end, for each stream that ended</td></tr>
 * <tr><td>{@code tidings_gaps_total{reason}}</td><td>gaps told</td></tr>
 * <tr><td>{@code tidings_closes_total{reason}}</td><td>streams and subscriptions that the library ended</td></tr>
 * </table>
 *
 * <p>The values are those of {@link EventBroadcaster#metrics}, so after 100 types the rest is counted under
 * {@code other}. The timers are the exception: they have what happened since they were bound. Percentiles and buckets of
 * them are a {@code MeterFilter}'s to switch on.
 *
 * <p>One broadcaster to a registry: those of a second one have the same names and tags, so the registry would keep the
 * meters of the first, and say nothing. Bind two broadcasters to two registries, each with a common tag of its own.
 *
 * <p><em>Threading.</em> Thread-safe. Each delivery to each subscriber is a record of the timer, on a delivery loop.
 */
public final class TidingsMetrics implements BroadcasterObserver {

    private final List<BoundMeters> bound = new CopyOnWriteArrayList<>();

    /** Creates the observer to build a broadcaster with. It observes one only. */
    public TidingsMetrics() {}

    /** Returns what binds the meters of the broadcaster that was built with this, to any number of registries. */
    public MeterBinder of(EventBroadcaster broadcaster) {
        Objects.requireNonNull(broadcaster, "broadcaster");
        return registry -> bind(broadcaster, Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public void published(Topic topic, Event event) {
        for (BoundMeters meters : bound) {
            meters.published(event.type());
        }
    }

    @Override
    public void delivered(Topic topic, Event event, long latencyMillis) {
        for (BoundMeters meters : bound) {
            meters.delivered(event.type(), latencyMillis);
        }
    }

    @Override
    public void established(StreamSummary stream) {
        for (BoundMeters meters : bound) {
            meters.established(stream);
        }
    }

    @Override
    public void ended(StreamSummary stream, @Nullable CloseReason reason) {
        for (BoundMeters meters : bound) {
            meters.ended(stream);
        }
    }

    private synchronized void bind(EventBroadcaster broadcaster, MeterRegistry registry) {
        // A second time would record every delivery twice.
        if (bound.stream().noneMatch(meters -> meters.isOf(registry))) {
            bound.add(new BoundMeters(broadcaster, registry));
        }
    }
}
