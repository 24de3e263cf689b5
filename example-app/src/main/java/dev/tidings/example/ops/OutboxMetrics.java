package dev.tidings.example.ops;

import dev.tidings.example.db.DatabaseException;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.outbox.OutboxFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What waits in the outbox, as one look at the database told it. */
final class OutboxMetrics implements MeterBinder {

    private final Outbox outbox;
    private volatile @Nullable OutboxFigures figures; // null while the database does not tell

    OutboxMetrics(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Looks once for all meters. */
    void refresh() {
        try {
            figures = outbox.figures();
        } catch (DatabaseException e) {
            figures = null;
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("tidings.outbox.pending", this, of -> of.value(OutboxFigures::pending))
                .description("Events that are committed and not published yet, of all nodes")
                .register(registry);
        Gauge.builder("tidings.outbox.parked", this, of -> of.value(OutboxFigures::parked))
                .description("Events that cannot be published, for somebody to look at")
                .register(registry);
        TimeGauge.builder(
                        "tidings.outbox.oldest",
                        this,
                        TimeUnit.MILLISECONDS,
                        of -> of.value(OutboxFigures::oldestMillis))
                .description("How long the oldest of the pending ones has waited")
                .register(registry);
    }

    private double value(ToDoubleFunction<OutboxFigures> value) {
        OutboxFigures known = figures;
        return known == null ? Double.NaN : value.applyAsDouble(known);
    }
}
