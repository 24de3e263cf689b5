package dev.tidings.sse.redis;

import java.time.Duration;

/** Backplanes that wait for nothing long, so that a test meets in seconds what takes minutes otherwise. */
final class ImpatientBackplane {

    /** As long as tests wait for anything, however busy the machine is. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final Duration NEVER = Duration.ofMinutes(10);

    private ImpatientBackplane() {}

    static RedisBackplane.Builder at(String uri) {
        return RedisBackplane.builder(uri)
                .connectTimeout(Duration.ofMillis(500))
                .commandTimeout(Duration.ofMillis(500))
                .publishDeadline(DEADLINE)
                .probeInterval(Duration.ofMillis(250))
                .auditInterval(Duration.ofSeconds(1));
    }

    /**
     * Takes nothing for dead or lost that merely keeps silent. After an outage the connection that probes may come back a
     * second later than the one that waits for the probe, which is then given up and opened once more; and the first audit
     * of a topic has it read again. Streams are told of either, wherever it falls.
     */
    static RedisBackplane.Builder trusting(RedisBackplane.Builder settings) {
        return settings.probeInterval(NEVER).auditInterval(NEVER);
    }
}
