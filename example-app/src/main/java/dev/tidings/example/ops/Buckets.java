package dev.tidings.example.ops;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The bounds of the timers that Prometheus is to make percentiles of; the same on all nodes, so that they add up. */
final class Buckets {

    private static final double[] LATENCIES =
            bounds(MILLISECONDS, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000);
    private static final double[] LIVES = bounds(SECONDS, 1, 10, 60, 300, 900, 3_600, 14_400, 43_200);

    private static final Map<String, double[]> BY_NAME = Map.of(
            "tidings.delivery", LATENCIES,
            "tidings.stream.establishment", LATENCIES,
            "tidings.stream.lifetime", LIVES);

    static final MeterFilter FILTER = new MeterFilter() {
        @Override
        public @Nullable DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            double[] bounds = BY_NAME.get(id.getName());
            return bounds == null
                    ? config
                    : DistributionStatisticConfig.builder()
                            .serviceLevelObjectives(bounds)
                            .build()
                            .merge(config);
        }
    };

    private Buckets() {}

    /** Micrometer wants nanoseconds. */
    private static double[] bounds(TimeUnit unit, long... bounds) {
        return LongStream.of(bounds).mapToDouble(unit::toNanos).toArray();
    }
}
