package dev.tidings.sse.memory;

import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What earlier publishes with a key had as their result, for 24 hours, whatever became of their topics. Bounded: beyond
 * {@value #MOST} keys the oldest is forgotten early. Thread-safe.
 */
final class IdempotencyKeys {

    static final Duration LIFETIME = Duration.ofHours(24);
    static final int MOST = 1 << 18;

    private record Key(Topic topic, String key) {}

    private record Result(Position position, long storedAt) {}

    // Guarded by this. In the order of insertion, which is that of expiry.
    private final Map<Key, Result> results = new LinkedHashMap<>();

    synchronized @Nullable Position find(Topic topic, String key, long nowMillis) {
        Result result = results.get(new Key(topic, key));
        return result == null || isExpired(result, nowMillis) ? null : result.position();
    }

    synchronized void store(Topic topic, String key, Position position, long nowMillis) {
        Key stored = new Key(topic, key);
        results.remove(stored); // an expired one must not keep its old place in the order
        results.put(stored, new Result(position, nowMillis));
        dropOld(nowMillis);
    }

    private void dropOld(long nowMillis) {
        Iterator<Result> oldest = results.values().iterator();
        while (oldest.hasNext() && (isExpired(oldest.next(), nowMillis) || results.size() > MOST)) {
            oldest.remove();
        }
    }

    private static boolean isExpired(Result result, long nowMillis) {
        return nowMillis - result.storedAt() >= LIFETIME.toMillis();
    }
}
