package dev.tidings.example;

import dev.tidings.example.webhooks.WebhookSecret;
import dev.tidings.sse.redis.RedisBackplane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the application runs, from the environment. An empty variable is an unset one.
 *
 * @param port {@code PORT}: where it listens; 0 for any free port
 * @param redisUrl {@code REDIS_URL}: the Redis that joins the nodes, credentials in it, or null for a single node
 * @param databaseUrl {@code DATABASE_URL}: a JDBC URL, credentials in it, or null for a database in memory
 * @param webhookSecrets {@code WEBHOOK_SECRET}: one or, while rotating, two, separated by a space; none for a random one
 * @param heartbeat {@code HEARTBEAT_SECONDS}: the interval of heartbeats on idle streams
 * @param maxStreamsPerUser {@code MAX_STREAMS_PER_USER}: the oldest makes room for one more
 * @param maxStreams {@code MAX_STREAMS}: more are told to come back later
 * @param drain {@code DRAIN_SECONDS}: how long a stop may take to send the open streams away
 */
public record Config(
        int port,
        @Nullable String redisUrl,
        @Nullable String databaseUrl,
        List<WebhookSecret> webhookSecrets,
        Duration heartbeat,
        int maxStreamsPerUser,
        int maxStreams,
        Duration drain) {

    private static final List<String> NOT_YET =
            List.of("DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET", "DISCORD_PUBLIC_KEY");
    private static final Pattern CREDENTIALS_BEFORE_HOST = Pattern.compile("^jdbc:postgresql:[^?]*@");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /** Copies the secrets. */
    public Config {
        webhookSecrets = List.copyOf(webhookSecrets);
    }

    /**
     * Reads the variables.
     *
     * @throws ConfigException if one of them will not do
     */
    public static Config from(Map<String, String> environment) {
        for (String name : NOT_YET) {
            if (value(environment, name) != null) {
                throw new ConfigException(name, "is not supported by this version yet; unset it");
            }
        }
        return new Config(
                number(environment, "PORT", 8080, 0, 65_535),
                redisUrl(environment),
                databaseUrl(environment),
                secrets(environment),
                Duration.ofSeconds(number(environment, "HEARTBEAT_SECONDS", 30, 1, 3_600)),
                number(environment, "MAX_STREAMS_PER_USER", 10, 1, 1_000_000),
                number(environment, "MAX_STREAMS", 10_000, 1, 1_000_000),
                Duration.ofSeconds(number(environment, "DRAIN_SECONDS", 5, 1, 600)));
    }

    private static int number(Map<String, String> environment, String name, int fallback, int least, int most) {
        String value = value(environment, name);
        if (value == null) {
            return fallback;
        }
        if (!NUMBER.matcher(value).matches() || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new ConfigException(name, "must be a whole number from " + least + " to " + most, value);
        }
        return Integer.parseInt(value);
    }

    private static @Nullable String redisUrl(Map<String, String> environment) {
        String url = value(environment, "REDIS_URL");
        try {
            if (url != null) {
                RedisBackplane.builder(url);
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException("REDIS_URL", "will not do: " + e.getMessage());
        }
        return url;
    }

    private static @Nullable String databaseUrl(Map<String, String> environment) {
        String url = value(environment, "DATABASE_URL");
        if (url != null && !url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
            // Only its beginning: there are credentials in it.
            String beginning = url.substring(0, Math.min(10, url.length()));
            throw new ConfigException(
                    "DATABASE_URL", "must start with jdbc:h2: or jdbc:postgresql:", beginning + "...");
        }
        if (url != null && CREDENTIALS_BEFORE_HOST.matcher(url).find()) {
            // The driver would take them for a host and a port, and log them.
            throw new ConfigException(
                    "DATABASE_URL",
                    "must have its credentials at the end: jdbc:postgresql://host/name?user=...&password=...");
        }
        return url;
    }

    private static List<WebhookSecret> secrets(Map<String, String> environment) {
        String value = value(environment, "WEBHOOK_SECRET");
        List<WebhookSecret> secrets = new ArrayList<>();
        if (value != null) {
            for (String secret : value.trim().split(" +", -1)) {
                secrets.add(secret(secret));
            }
            if (secrets.size() > 2) {
                throw new ConfigException("WEBHOOK_SECRET", "must hold one secret or two, holds " + secrets.size());
            }
        }
        return secrets;
    }

    private static WebhookSecret secret(String text) {
        try {
            return WebhookSecret.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("WEBHOOK_SECRET", "will not do: " + e.getMessage());
        }
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
