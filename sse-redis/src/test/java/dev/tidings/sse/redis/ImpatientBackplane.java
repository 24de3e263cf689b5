package dev.tidings.sse.redis;

import java.time.Duration;

/** Backplanes that wait for nothing long, so that a test meets in seconds what takes minutes otherwise. */
final class ImpatientBackplane {

    /** As long as tests wait for anything, however busy the machine is. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);

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
