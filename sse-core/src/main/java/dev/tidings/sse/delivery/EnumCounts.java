package dev.tidings.sse.delivery;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by the constants of an enum, those never seen included. Thread-safe. */
final class EnumCounts<E extends Enum<E>> {

    private final Class<E> type;
    private final Map<E, LongAdder> counts = new ConcurrentHashMap<>();

    EnumCounts(Class<E> type) {
        this.type = type;
    }

    void add(E constant) {
        counts.computeIfAbsent(constant, c -> new LongAdder()).increment();
    }

    Map<E, Long> sums() {
        Map<E, Long> sums = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            LongAdder count = counts.get(constant);
            sums.put(constant, count == null ? 0L : count.sum());
        }
        return sums;
    }
}
