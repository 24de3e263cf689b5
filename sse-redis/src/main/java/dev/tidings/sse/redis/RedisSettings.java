package dev.tidings.sse.redis;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** What the builder collected, checked: how to reach Redis, and how long and how much to wait for it. */
record RedisSettings(
        RedisUri uri,
        String keyPrefix,
        Duration connectTimeout,
        Duration commandTimeout,
        Duration publishDeadline,
        int maxWaitingPublishes,
        long maxWaitingBytes,
        Duration probeInterval,
        Duration auditInterval,
        @Nullable SSLSocketFactory sslSocketFactory,
        @Nullable String sentinelUser,
        @Nullable String sentinelPassword) {

    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    RedisSettings {
        Objects.requireNonNull(uri, "uri");
        if (!PREFIX.matcher(keyPrefix).matches()) {
            throw new IllegalArgumentException(
                    "keyPrefix must be 1 to 64 letters, digits, '.', '_', ':' or '-', was " + keyPrefix);
        }
        checkTime("connectTimeout", connectTimeout);
        checkTime("commandTimeout", commandTimeout);
        checkTime("publishDeadline", publishDeadline);
        checkTime("probeInterval", probeInterval);
        checkTime("auditInterval", auditInterval);
        if (maxWaitingPublishes < 1) {
            throw new IllegalArgumentException("maxWaitingPublishes must be >= 1, was " + maxWaitingPublishes);
        }
        if (maxWaitingBytes < 1) {
            throw new IllegalArgumentException("maxWaitingBytes must be >= 1, was " + maxWaitingBytes);
        }
    }

    private static void checkTime(String name, Duration time) {
        if (time.compareTo(Duration.ofMillis(10)) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be from 10 ms to 10 minutes, was " + time);
        }
    }

    /** Names no login. */
    @Override
    public String toString() {
        return "RedisSettings[" + uri + ", " + keyPrefix + "]";
    }
}
