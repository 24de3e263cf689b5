package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens. Thread-safe, and cheap enough for every write. */
final class Meters {

    private static final int MOST_TYPES = 100;
    private static final String OTHER = "other";

    private final TimeSource time;
    private final long createdNanos;
    private final LongAdder streams = new LongAdder();
    private final LongAdder subscriptions = new LongAdder();
    private final Map<String, LongAdder> publishedByType = new ConcurrentHashMap<>();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder latencyMillis = new LongAdder();
    private final LongAdder freshOpens = new LongAdder();
    private final LongAdder resumedOpens = new LongAdder();
    private final Map<Gap.Reason, LongAdder> gaps = adders(Gap.Reason.class);
    private final Map<CloseReason, LongAdder> closes = adders(CloseReason.class);

    Meters(TimeSource time) {
        this.time = time;
        this.createdNanos = time.nanos();
    }

    void published(String type) {
        LongAdder count = publishedByType.get(type);
        if (count == null) {
            // A type made of user input must not grow this map without end.
            String counted = publishedByType.size() < MOST_TYPES ? type : OTHER;
            count = publishedByType.computeIfAbsent(counted, t -> new LongAdder());
        }
        count.increment();
    }

    void delivered(int entries, long totalLatencyMillis) {
        delivered.add(entries);
        latencyMillis.add(totalLatencyMillis);
    }

    void added(boolean stream) {
        subscriptions.increment();
        if (stream) {
            streams.increment();
        }
    }

    void removed(boolean stream) {
        subscriptions.decrement();
        if (stream) {
            streams.decrement();
        }
    }

    void opened(boolean resumed) {
        (resumed ? resumedOpens : freshOpens).increment();
    }

    void gap(Gap.Reason reason) {
        add(gaps, reason);
    }

    void closed(CloseReason reason) {
        add(closes, reason);
    }

    BroadcasterMetrics snapshot() {
        Map<String, Long> types = new HashMap<>();
        publishedByType.forEach((type, count) -> types.put(type, count.sum()));
        long deliveredSoFar = delivered.sum();
        double seconds = Math.max(1, time.nanos() - createdNanos) / 1e9;
        return new BroadcasterMetrics(
                streams.sum(),
                subscriptions.sum(),
                types.values().stream().mapToLong(Long::longValue).sum(),
                types,
                deliveredSoFar,
                Duration.ofMillis(deliveredSoFar == 0 ? 0 : latencyMillis.sum() / deliveredSoFar),
                freshOpens.sum(),
                resumedOpens.sum(),
                resumedOpens.sum() / seconds,
                sums(gaps),
                sums(closes));
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    private static <E extends Enum<E>> void add(Map<E, LongAdder> adders, E constant) {
        LongAdder adder = adders.get(constant);
        if (adder != null) {
            adder.increment();
        }
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
        Map<E, Long> sums = new HashMap<>();
        adders.forEach((constant, adder) -> sums.put(constant, adder.sum()));
        return sums;
    }
}
