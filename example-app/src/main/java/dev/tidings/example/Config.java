package dev.tidings.example;

import dev.tidings.example.discord.DiscordApp;
import dev.tidings.example.discord.DiscordKey;
import dev.tidings.example.webhooks.WebhookSecret;
import dev.tidings.sse.redis.RedisBackplane;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the application runs, from the environment. An empty variable is an unset one.
 *
 * @param bindHost {@code BIND_HOST}: on which of this machine's addresses it listens
 * @param port {@code PORT}: where it listens; 0 for any free port
 * @param redisUrl {@code REDIS_URL}: the Redis that joins the nodes, credentials in it, or null for a single node
 * @param databaseUrl {@code DATABASE_URL}: a JDBC URL, credentials in it, or null for a database in memory
 * @param webhookSecrets {@code WEBHOOK_SECRET}: one or, while rotating, two, separated by a space; none for a random one
 * @param publicUrl {@code PUBLIC_URL}: where browsers find it, or null for where it listens
 * @param discord {@code DISCORD_CLIENT_ID}, {@code DISCORD_CLIENT_SECRET}, {@code DISCORD_PUBLIC_KEY} and {@code DISCORD_URL}:
 *     who vouches for users, or null for the demo, in which nobody does
 * @param heartbeat {@code HEARTBEAT_SECONDS}: the interval of heartbeats on idle streams
 * @param maxStreamsPerUser {@code MAX_STREAMS_PER_USER}: the oldest makes room for one more
 * @param maxStreams {@code MAX_STREAMS}: more are told to come back later
 * @param drain {@code DRAIN_SECONDS}: how long a stop may take to send the open streams away
 * @param admins {@code ADMINS}: the Discord ids of those who may look after it; none for nobody
 * @param metricsToken {@code METRICS_TOKEN}: what whoever asks for the figures must bring, or null for nothing
 */
public record Config(
        String bindHost,
        int port,
        @Nullable String redisUrl,
        @Nullable String databaseUrl,
        List<WebhookSecret> webhookSecrets,
        @Nullable URI publicUrl,
        @Nullable DiscordApp discord,
        Duration heartbeat,
        int maxStreamsPerUser,
        int maxStreams,
        Duration drain,
        Set<String> admins,
        @Nullable String metricsToken) {

    private static final Pattern CREDENTIALS_BEFORE_HOST = Pattern.compile("^jdbc:postgresql:[^?]*@");
    // As long as one may be where the demo identity takes any for granted.
    private static final Pattern DISCORD_ID = Pattern.compile("[^\\p{Cntrl}\\s,]{1,64}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,256}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ADDRESS =
            Pattern.compile("https?://(\\[[0-9a-fA-F:]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]{1,253}|[0-9a-fA-F:.]{2,45}");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    /** Copies the secrets and the ids. */
    public Config {
        webhookSecrets = List.copyOf(webhookSecrets);
        admins = Set.copyOf(admins);
    }

    /**
     * Reads the variables.
     *
     * @throws ConfigException if one of them will not do
     */
    public static Config from(Map<String, String> environment) {
        return new Config(
                bindHost(environment),
                number(environment, "PORT", 8080, 0, 65_535),
                redisUrl(environment),
                databaseUrl(environment),
                secrets(environment),
                address(environment, "PUBLIC_URL"),
                discord(environment),
                Duration.ofSeconds(number(environment, "HEARTBEAT_SECONDS", 30, 1, 3_600)),
                number(environment, "MAX_STREAMS_PER_USER", 10, 1, 1_000_000),
                number(environment, "MAX_STREAMS", 10_000, 1, 1_000_000),
                Duration.ofSeconds(number(environment, "DRAIN_SECONDS", 5, 1, 600)),
                admins(environment),
                metricsToken(environment));
    }

    /** Whether browsers reach the application over TLS, which ends before it. */
    boolean isBehindTls() {
        return publicUrl != null && publicUrl.getScheme().equals("https");
    }

    private static String bindHost(Map<String, String> environment) {
        String host = value(environment, "BIND_HOST");
        if (host == null) {
            return "localhost";
        }
        if (!HOST.matcher(host).matches()) {
            throw new ConfigException("BIND_HOST", "must be a host's name or address", host);
        }
        if (!LOOPBACK.contains(host) && value(environment, "DISCORD_CLIENT_ID") == null) {
            throw new ConfigException(
                    "BIND_HOST",
                    "must be localhost without DISCORD_CLIENT_ID: in the demo anybody signs in as anybody",
                    host);
        }
        return host;
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

    private static @Nullable DiscordApp discord(Map<String, String> environment) {
        String clientId = value(environment, "DISCORD_CLIENT_ID");
        String clientSecret = value(environment, "DISCORD_CLIENT_SECRET");
        if (clientId == null) {
            for (String name : List.of("DISCORD_CLIENT_SECRET", "DISCORD_PUBLIC_KEY", "DISCORD_URL")) {
                if (value(environment, name) != null) {
                    throw new ConfigException(name, "is of no use without DISCORD_CLIENT_ID");
                }
            }
            return null;
        }
        if (clientSecret == null) {
            throw new ConfigException("DISCORD_CLIENT_SECRET", "is missing; DISCORD_CLIENT_ID is of no use without it");
        }
        String publicKey = value(environment, "DISCORD_PUBLIC_KEY");
        return new DiscordApp(
                checked("DISCORD_CLIENT_ID", clientId, DiscordApp::checkClientId),
                checked("DISCORD_CLIENT_SECRET", clientSecret, DiscordApp::checkClientSecret),
                publicKey == null ? null : checked("DISCORD_PUBLIC_KEY", publicKey, DiscordKey::parse),
                discordUrl(environment),
                DiscordApp.PATIENCE);
    }

    private static URI discordUrl(Map<String, String> environment) {
        URI url = address(environment, "DISCORD_URL");
        if (url != null && !url.getScheme().equals("https") && !LOOPBACK.contains(url.getHost())) {
            throw new ConfigException("DISCORD_URL", "must start with https://, as secrets go there", url.toString());
        }
        return url == null ? DiscordApp.DISCORD : url;
    }

    /** Where a web site is: its address without a path, as paths are ours to choose. */
    private static @Nullable URI address(Map<String, String> environment, String name) {
        String value = value(environment, name);
        if (value == null) {
            return null;
        }
        if (ADDRESS.matcher(value).matches()) {
            URI address = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
            if (address.getHost() != null && address.getPort() <= 65_535) {
                return address;
            }
        }
        throw new ConfigException(
                name, "must be an address such as https://tidings.example.org, without a path", value);
    }

    private static <T> T checked(String name, String value, Function<String, T> check) {
        try {
            return check.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, String.valueOf(e.getMessage()));
        }
    }

    private static Set<String> admins(Map<String, String> environment) {
        String value = value(environment, "ADMINS");
        Set<String> admins = new HashSet<>();
        if (value != null) {
            for (String id : value.strip().split("[\\s,]+", -1)) {
                if (!DISCORD_ID.matcher(id).matches()) {
                    throw new ConfigException("ADMINS", "must be Discord ids, separated by spaces or commas", value);
                }
                admins.add(id);
            }
        }
        return admins;
    }

    private static @Nullable String metricsToken(Map<String, String> environment) {
        String token = value(environment, "METRICS_TOKEN");
        if (token != null && !TOKEN.matcher(token).matches()) {
            throw new ConfigException("METRICS_TOKEN", "must have 16 to 256 visible ASCII characters");
        }
        return token;
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
