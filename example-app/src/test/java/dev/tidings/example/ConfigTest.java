package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void anEmptyEnvironmentWillDo() {
        Config config = Config.from(Map.of());
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.databaseUrl()).isNull();
        assertThat(config.webhookSecrets()).isEmpty();
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.maxStreamsPerUser()).isEqualTo(10);
        assertThat(config.maxStreams()).isEqualTo(10_000);
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void anEmptyVariableIsAnUnsetOne() {
        Map<String, String> empty = new HashMap<>();
        for (String name :
                new String[] {"PORT", "DATABASE_URL", "WEBHOOK_SECRET", "REDIS_URL", "PUBLIC_URL", "DISCORD_CLIENT_ID"
                }) {
            empty.put(name, "");
        }
        assertThat(Config.from(empty)).isEqualTo(Config.from(Map.of()));
    }

    @Test
    void everyVariableIsRead() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "BIND_HOST", "127.0.0.1",
                "PORT", "0",
                "REDIS_URL", "redis://localhost",
                "DATABASE_URL", "jdbc:h2:./x",
                "WEBHOOK_SECRET", SECRET + " " + SECRET,
                "HEARTBEAT_SECONDS", "1",
                "MAX_STREAMS_PER_USER", "2",
                "MAX_STREAMS", "3",
                "DRAIN_SECONDS", "4"));
        environment.putAll(Map.of(
                "PUBLIC_URL", "https://tidings.example.org",
                "DISCORD_CLIENT_ID", "1",
                "DISCORD_CLIENT_SECRET", "hush",
                "DISCORD_PUBLIC_KEY", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "DISCORD_URL", "https://discord.example",
                "ADMINS", "5",
                "METRICS_TOKEN", "0123456789abcdef"));
        assertThat(environment.keySet()).isEqualTo(asked());
        Config config = Config.from(environment);
        assertThat(config.bindHost()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isZero();
        assertThat(config.redisUrl()).isEqualTo("redis://localhost");
        assertThat(config.publicUrl()).isEqualTo(URI.create("https://tidings.example.org"));
        assertThat(config.discord().clientId()).isEqualTo("1");
        assertThat(config.discord().clientSecret()).isEqualTo("hush");
        assertThat(config.discord().publicKey()).isNotNull();
        assertThat(config.discord().address()).isEqualTo(URI.create("https://discord.example"));
        assertThat(config.admins()).containsExactly("5");
        assertThat(config.metricsToken()).isEqualTo("0123456789abcdef");
        assertThat(config.databaseUrl()).isEqualTo("jdbc:h2:./x");
        assertThat(config.webhookSecrets()).hasSize(2);
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.maxStreamsPerUser()).isEqualTo(2);
        assertThat(config.maxStreams()).isEqualTo(3);
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void theDocsNameEveryVariableWithItsDefault() throws IOException {
        String table = Files.readString(Path.of("../docs/example.md")).split("## Settings", -1)[1];
        Map<String, String> defaults = new HashMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([^|]*) \\|").matcher(table);
        while (row.find()) {
            defaults.put(row.group(1), row.group(2));
        }
        assertThat(defaults.keySet()).isEqualTo(asked());
        defaults.values().removeIf(value -> !value.matches("[0-9]+|localhost"));
        assertThat(defaults).hasSizeGreaterThanOrEqualTo(6);
        assertThat(Config.from(defaults)).isEqualTo(Config.from(Map.of()));
    }

    /** The variables for which a configuration asks. */
    private static Set<String> asked() {
        Set<String> asked = new HashSet<>();
        Config.from(new HashMap<>() {
            @Override
            public String get(Object name) {
                asked.add((String) name);
                return null;
            }
        });
        return asked;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "tidings.example.org"})
    void theDemoIsForThisMachineOnly(String host) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("BIND_HOST", host)))
                .withMessageStartingWith("BIND_HOST must be localhost without DISCORD_CLIENT_ID")
                .withMessageEndingWith("was '" + host + "'");
        assertThat(Config.from(Map.of("BIND_HOST", host, "DISCORD_CLIENT_ID", "1", "DISCORD_CLIENT_SECRET", "hush"))
                        .bindHost())
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "http://localhost", "localhost:80", "[::1]"})
    void whatIsNoHostIsRefused(String host) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("BIND_HOST", host)))
                .withMessageStartingWith("BIND_HOST must be a host's name or address");
    }

    @Test
    void anAddressThatIsNotOursIsRefused() {
        Config config = Config.from(Map.of(
                "BIND_HOST", "192.0.2.1", "PORT", "0", "DISCORD_CLIENT_ID", "1", "DISCORD_CLIENT_SECRET", "hush"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ExampleApp.start(config))
                .withMessageStartingWith("PORT cannot be had at BIND_HOST")
                .withMessageContaining("192.0.2.1");
    }

    @Test
    void whoListensOnAnotherAddressSaysWhere() {
        Config config = Config.from(Map.of("BIND_HOST", "127.0.0.1", "PORT", "0"));
        try (ExampleApp app = ExampleApp.start(config)) {
            assertThat(app.address().getHost()).isEqualTo("127.0.0.1");
            assertThat(new TestBrowser(app.address()).get("/health/live").statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PORT, 65536",
        "PORT, -1",
        "PORT, http",
        "PORT, 8080.0",
        "PORT, 99999999999999",
        "HEARTBEAT_SECONDS, 0",
        "HEARTBEAT_SECONDS, 30s",
        "MAX_STREAMS_PER_USER, 0",
        "MAX_STREAMS, 0",
        "DRAIN_SECONDS, 0",
        "DRAIN_SECONDS, -5"
    })
    void aBadNumberIsRefusedByNameAndValue(String name, String value) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of(name, value)))
                .withMessageStartingWith(name + " must be a whole number from ")
                .withMessageEndingWith(", was '" + value + "'");
    }

    @Test
    void discordIsReadAsAWhole() {
        Config config = Config.from(Map.of(
                "DISCORD_CLIENT_ID", "157730590492196864",
                "DISCORD_CLIENT_SECRET", "hush",
                "DISCORD_PUBLIC_KEY", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "PUBLIC_URL", "https://tidings.example.org/"));
        assertThat(config.discord().clientId()).isEqualTo("157730590492196864");
        assertThat(config.discord().clientSecret()).isEqualTo("hush");
        assertThat(config.discord().publicKey()).isNotNull();
        assertThat(config.discord().address()).isEqualTo(URI.create("https://discord.com"));
        assertThat(config.publicUrl()).isEqualTo(URI.create("https://tidings.example.org"));
        assertThat(config.toString()).doesNotContain("hush");
        assertThat(Config.from(Map.of()).discord()).isNull();
        assertThat(Config.from(Map.of("DISCORD_CLIENT_ID", "1", "DISCORD_CLIENT_SECRET", "hush"))
                        .discord()
                        .publicKey())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISCORD_CLIENT_SECRET", "DISCORD_PUBLIC_KEY", "DISCORD_URL"})
    void whatBelongsToAClientIdIsRefusedWithoutOne(String name) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of(name, "hush")))
                .withMessage(name + " is of no use without DISCORD_CLIENT_ID");
    }

    @Test
    void aClientIdIsRefusedWithoutItsSecret() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("DISCORD_CLIENT_ID", "1")))
                .withMessageStartingWith("DISCORD_CLIENT_SECRET is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "DISCORD_CLIENT_ID, my-app",
        "DISCORD_CLIENT_ID, 123456789012345678901",
        "DISCORD_CLIENT_SECRET, hush hush",
        "DISCORD_CLIENT_SECRET, hüsh",
        "DISCORD_PUBLIC_KEY, hush",
        "DISCORD_PUBLIC_KEY, d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
        "DISCORD_PUBLIC_KEY, 0200000000000000000000000000000000000000000000000000000000000000",
        "DISCORD_URL, http://discord.com",
        "DISCORD_URL, https://discord.com/api/v10",
        "DISCORD_URL, discord.com"
    })
    void aBadSettingOfDiscordIsRefusedByNameAndNoSecretIsRepeated(String name, String value) {
        Map<String, String> environment =
                new HashMap<>(Map.of("DISCORD_CLIENT_ID", "1", "DISCORD_CLIENT_SECRET", "hush"));
        environment.put(name, value);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(environment))
                .withMessageStartingWith(name + " ")
                .withMessageNotContainingAny("hush", "hüsh", "d75a98");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:4000", "http://127.0.0.1:4000", "http://[::1]:4000"})
    void onlyThisMachineMayStandInForDiscordWithoutTls(String url) {
        Config config =
                Config.from(Map.of("DISCORD_CLIENT_ID", "1", "DISCORD_CLIENT_SECRET", "hush", "DISCORD_URL", url));
        assertThat(config.discord().address()).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tidings.example.org",
                "ftp://tidings.example.org",
                "https://",
                "https://u:p@tidings.example.org",
                "https://tidings.example.org/app",
                "https://tidings.example.org?x",
                "https://tidings.example.org:99999",
                "https://..",
                "https://tidings.example.org\r\nX: y"
            })
    void aPublicAddressThatIsNoneIsRefused(String url) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("PUBLIC_URL", url)))
                .withMessageStartingWith("PUBLIC_URL must be an address such as");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hush", // no prefix
                "whsec_%%%%", // no base64
                "whsec_aHVzaA==", // too short
                SECRET + " hush",
                SECRET + " " + SECRET + " " + SECRET
            })
    void aBadSecretIsRefusedWithoutRepeatingIt(String value) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("WEBHOOK_SECRET", value)))
                .withMessageStartingWith("WEBHOOK_SECRET ")
                .withMessageNotContainingAny("hush", "aHVzaA", "MfKQ9r8G");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:hush@h", "redis://u:hush@", "redis://:hush@h:99999"})
    void aBadRedisIsRefusedWithoutItsPassword(String url) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("REDIS_URL", url)))
                .withMessageStartingWith("REDIS_URL ")
                .withMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://u:hush@h/db, ?user=...&password=...",
        "postgres://u:hush@h/db, jdbc:h2:",
        "jdbc:mysql://u:hush@h/db, jdbc:h2:"
    })
    void anotherDatabaseIsRefusedWithoutItsPassword(String url, String hint) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("DATABASE_URL", url)))
                .withMessageStartingWith("DATABASE_URL ")
                .withMessageContaining(hint)
                .withMessageNotContaining("hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:relative;PASSWORD=hush",
                "jdbc:h2:mem:x;NO_SUCH_SETTING=1;PASSWORD=hush",
                "jdbc:postgresql://127.0.0.1:1/db?user=u&password=hush"
            })
    void aDatabaseThatCannotBeOpenedIsRefusedWithoutItsPassword(String url) {
        Config config = Config.from(Map.of("PORT", "0", "DATABASE_URL", url));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ExampleApp.start(config))
                .withMessageStartingWith("DATABASE_URL names a database that will not do")
                .withMessageNotContaining("hush");
    }

    @Test
    void administratorsAreSeparatedBySpacesOrCommas() {
        assertThat(Config.from(Map.of("ADMINS", " 80351110224678912,alice\tbob , carol "))
                        .admins())
                .containsExactlyInAnyOrder("80351110224678912", "alice", "bob", "carol");
        assertThat(Config.from(Map.of()).admins()).isEmpty();
    }

    @Test
    void whatIsNoDiscordIdIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("ADMINS", "alice," + "x".repeat(65))))
                .withMessageStartingWith("ADMINS must be Discord ids");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("ADMINS", "alice,")))
                .withMessageStartingWith("ADMINS must be Discord ids");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush-too-short", "hush hush hush hush", "hush-\u00e4-0123456789"})
    void aTokenThatNoHeaderHoldsIsRefusedWithoutRepeatingIt(String token) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of("METRICS_TOKEN", token)))
                .withMessageStartingWith("METRICS_TOKEN ")
                .withMessageNotContaining("hush");
    }

    @Test
    void aPortInUseIsRefused() {
        try (ExampleApp first = ExampleApp.start(Config.from(Map.of("PORT", "0")))) {
            String port = String.valueOf(first.address().getPort());
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> ExampleApp.start(Config.from(Map.of("PORT", port))))
                    .withMessageStartingWith("PORT cannot be had")
                    .withMessageEndingWith("was '" + port + "'");
        }
    }
}
