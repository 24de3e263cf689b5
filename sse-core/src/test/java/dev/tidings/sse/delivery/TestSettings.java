package dev.tidings.sse.delivery;

import dev.tidings.sse.Retention;
import dev.tidings.sse.SlowConsumers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The default settings with one loop, and what a test wants otherwise. */
final class TestSettings {

    private final Map<String, Retention> retentions = new HashMap<>();
    private final Map<String, SlowConsumers> slowConsumers = new HashMap<>();
    private final Set<String> presence = new HashSet<>();
    private Duration heartbeat = Duration.ofSeconds(15);
    private Duration writeDeadline = Duration.ofSeconds(15);
    private int maxEventBytes = 64 << 10;
    private long maxBufferBytes = 64L << 20;
    private int maxTopics = 64;
    private int maxStreams = 10_000;
    private int maxStreamsPerPrincipal = Integer.MAX_VALUE;
    private int loops = 1;

    TestSettings withRetention(String prefix, Retention retention) {
        retentions.put(prefix, retention);
        return this;
    }

    TestSettings withSlowConsumers(SlowConsumers policy) {
        slowConsumers.put("", policy);
        return this;
    }

    TestSettings withPresence(String prefix) {
        presence.add(prefix);
        return this;
    }

    TestSettings withHeartbeat(Duration value) {
        heartbeat = value;
        return this;
    }

    TestSettings withWriteDeadline(Duration value) {
        writeDeadline = value;
        return this;
    }

    TestSettings withMaxEventBytes(int value) {
        maxEventBytes = value;
        return this;
    }

    TestSettings withMaxBufferBytes(long value) {
        maxBufferBytes = value;
        return this;
    }

    TestSettings withMaxTopics(int value) {
        maxTopics = value;
        return this;
    }

    TestSettings withMaxStreams(int value) {
        maxStreams = value;
        return this;
    }

    TestSettings withMaxStreamsPerPrincipal(int value) {
        maxStreamsPerPrincipal = value;
        return this;
    }

    TestSettings withLoops(int value) {
        loops = value;
        return this;
    }

    Settings build() {
        return new Settings(
                retentions,
                slowConsumers,
                presence,
                heartbeat,
                writeDeadline,
                maxEventBytes,
                maxBufferBytes,
                maxTopics,
                maxStreams,
                maxStreamsPerPrincipal,
                loops);
    }
}
