package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
        for (String name : new String[] {"PORT", "DATABASE_URL", "WEBHOOK_SECRET", "REDIS_URL", "DISCORD_CLIENT_ID"}) {
            empty.put(name, "");
        }
        assertThat(Config.from(empty)).isEqualTo(Config.from(Map.of()));
    }

    @Test
    void everyVariableIsRead() {
        Config config = Config.from(Map.of(
                "PORT", "0",
                "DATABASE_URL", "jdbc:h2:./x",
                "WEBHOOK_SECRET", SECRET + " " + SECRET,
                "HEARTBEAT_SECONDS", "1",
                "MAX_STREAMS_PER_USER", "2",
                "MAX_STREAMS", "3",
                "DRAIN_SECONDS", "4"));
        assertThat(config.port()).isZero();
        assertThat(config.databaseUrl()).isEqualTo("jdbc:h2:./x");
        assertThat(config.webhookSecrets()).hasSize(2);
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.maxStreamsPerUser()).isEqualTo(2);
        assertThat(config.maxStreams()).isEqualTo(3);
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(4));
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

    @ParameterizedTest
    @ValueSource(strings = {"DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET", "DISCORD_PUBLIC_KEY"})
    void whatIsNotThereYetIsRefusedAndNotIgnored(String name) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Config.from(Map.of(name, "hush")))
                .withMessage(name + " is not supported by this version yet; unset it");
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
