package dev.tidings.sse.redis;

import java.time.Duration;

/** Backplanes that wait for nothing long, so that a test meets in seconds what takes minutes otherwise. */
final class ImpatientBackplane {

    /** How long a publish waits for Redis. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private ImpatientBackplane() {}

    static RedisBackplane.Builder at(String uri) {
        return RedisBackplane.builder(uri)
                .connectTimeout(Duration.ofMillis(500))
                .commandTimeout(Duration.ofMillis(500))
                .publishDeadline(DEADLINE)
                .probeInterval(Duration.ofMillis(250))
                .auditInterval(Duration.ofSeconds(1));
    }
}
