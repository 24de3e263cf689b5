package dev.tidings.example;

import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.discord.DiscordApp;
import java.time.Duration;
import java.util.Map;

/** Configurations for nodes of this process, over the kind of database that is tested. */
public final class TestConfig {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestConfig() {}

    public static Config of(Map<String, String> environment) {
        return Config.from(TestDatabase.in(environment));
    }

    /** Gives whoever stands in for Discord the time that it may need on a busy machine. */
    static Config patient(Config config) {
        DiscordApp app = config.discord();
        return new Config(
                config.bindHost(),
                config.port(),
                config.redisUrl(),
                config.databaseUrl(),
                config.webhookSecrets(),
                config.publicUrl(),
                new DiscordApp(app.clientId(), app.clientSecret(), app.publicKey(), app.address(), PATIENCE),
                config.heartbeat(),
                config.maxStreamsPerUser(),
                config.maxStreams(),
                config.drain(),
                config.admins(),
                config.metricsToken());
    }
}
