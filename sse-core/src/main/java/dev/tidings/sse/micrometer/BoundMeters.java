package dev.tidings.sse.micrometer;

import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Gap;
import dev.tidings.sse.ResumeOutcome;
import dev.tidings.sse.StreamSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The meters of a broadcaster in one registry. Nothing is counted here but the timers: the others look at the
 * broadcaster's own counts when they are read. Thread-safe.
 */
final class BoundMeters {

    /** The broadcaster tells so many apart, and then {@code other}. */
    private static final int MOST_TYPES = 101;

    private final EventBroadcaster broadcaster;
    private final MeterRegistry registry;
    private final Timer delivery;
    private final Timer establishment;
    private final Timer lifetime;
    private final Types published =
            new Types("tidings.events.published", "Events published", BroadcasterMetrics::eventsByType);
    private final Types delivered =
            new Types("tidings.events.delivered", "Events handed over", BroadcasterMetrics::deliveredByType);

    BoundMeters(EventBroadcaster broadcaster, MeterRegistry registry) {
        this.broadcaster = broadcaster;
        this.registry = registry;
        this.delivery = timer("tidings.delivery", "From an event's position until it was handed over");
        this.establishment =
                timer("tidings.stream.establishment", "From a request until its stream.open was handed over");
        this.lifetime = timer("tidings.stream.lifetime", "From there until a stream's end");
        gauges();
        counters();
        published.update();
        delivered.update();
    }

    boolean isOf(MeterRegistry other) {
        return registry == other;
    }

    void published(String type) {
        published.seen(type);
    }

    void delivered(String type, long latencyMillis) {
        delivery.record(latencyMillis, TimeUnit.MILLISECONDS);
        delivered.seen(type);
    }

    void established(StreamSummary stream) {
        if (stream.establishment() != null) {
            establishment.record(stream.establishment());
        }
    }

    void ended(StreamSummary stream) {
        if (stream.establishment() != null) { // who was refused or left before has not lived
            lifetime.record(stream.age().minus(stream.establishment()));
        }
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name).description(description).register(registry);
    }

    private void gauges() {
        gauge("tidings.streams.active", "Open streams", BroadcasterMetrics::activeConnections);
        gauge("tidings.subscriptions.active", "Open subscriptions", BroadcasterMetrics::activeSubscriptions);
        gauge("tidings.slow.consumers", "Subscriptions that take nothing now", BroadcasterMetrics::slowConsumers);
        Gauge.builder("tidings.buffered", broadcaster, of -> of.metrics().bufferedBytes())
                .description("Held by the replay buffers")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private void counters() {
        String opens = "Subscriptions opened";
        counter("tidings.opens", opens, "kind", "fresh", BroadcasterMetrics::freshOpens);
        counter("tidings.opens", opens, "kind", "resumed", BroadcasterMetrics::resumedOpens);
        FunctionCounter.builder(
                        "tidings.events.replayed",
                        broadcaster,
                        of -> of.metrics().replayedEvents())
                .description("Events handed over before a resume had caught up")
                .register(registry);
        for (ResumeOutcome outcome : ResumeOutcome.values()) {
            counter(
                    "tidings.resumes",
                    "Resumes that caught up",
                    "outcome",
                    wireName(outcome),
                    of -> of.resumesByOutcome().getOrDefault(outcome, 0L));
        }
        for (Gap.Reason reason : Gap.Reason.values()) {
            counter(
                    "tidings.gaps",
                    "Gaps told",
                    "reason",
                    reason.wireName(),
                    of -> of.gapsByReason().getOrDefault(reason, 0L));
        }
        for (CloseReason reason : CloseReason.values()) {
            counter(
                    "tidings.closes",
                    "Subscriptions that the library ended",
                    "reason",
                    reason.wireName(),
                    of -> of.closesByReason().getOrDefault(reason, 0L));
        }
    }

    private void gauge(String name, String description, ToDoubleFunction<BroadcasterMetrics> value) {
        Gauge.builder(name, broadcaster, of -> value.applyAsDouble(of.metrics()))
                .description(description)
                .register(registry);
    }

    private void counter(
            String name, String description, String tag, String tagValue, ToDoubleFunction<BroadcasterMetrics> count) {
        FunctionCounter.builder(name, broadcaster, of -> count.applyAsDouble(of.metrics()))
                .description(description)
                .tag(tag, tagValue)
                .register(registry);
    }

    private static String wireName(ResumeOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A counter for each type of event, made when the type is first seen. */
    private final class Types {

        private final String name;
        private final String description;
        private final Function<BroadcasterMetrics, Map<String, Long>> counts;
        private final Set<String> known = ConcurrentHashMap.newKeySet();

        Types(String name, String description, Function<BroadcasterMetrics, Map<String, Long>> counts) {
            this.name = name;
            this.description = description;
            this.counts = counts;
        }

        void seen(String type) {
            if (!known.contains(type) && known.size() < MOST_TYPES) {
                update();
            }
        }

        /** Goes by the broadcaster's types, which may have put the one just seen under {@code other}. */
        void update() {
            for (String type : counts.apply(broadcaster.metrics()).keySet()) {
                if (known.add(type)) {
                    counter(
                            name,
                            description,
                            "type",
                            type,
                            of -> counts.apply(of).getOrDefault(type, 0L));
                }
            }
        }
    }
}
