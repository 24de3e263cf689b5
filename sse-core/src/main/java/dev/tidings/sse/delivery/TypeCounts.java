package dev.tidings.sse.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by event type, of which there are not endlessly many: types made of user input end up together. Thread-safe. */
final class TypeCounts {

    private static final int MOST_TYPES = 100;
    private static final String OTHER = "other";

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Returns the count of a type, to be kept and added to without looking it up again. */
    LongAdder of(String type) {
        LongAdder count = counts.get(type);
        if (count != null) {
            return count;
        }
        return counts.computeIfAbsent(counts.size() < MOST_TYPES ? type : OTHER, t -> new LongAdder());
    }

    Map<String, Long> sums() {
        Map<String, Long> sums = new HashMap<>();
        counts.forEach((type, count) -> sums.put(type, count.sum()));
        return sums;
    }
}
