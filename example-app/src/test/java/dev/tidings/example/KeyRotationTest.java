package dev.tidings.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bot gets a new key, and no webhook is lost on the way: both are good, then the new one alone. */
class KeyRotationTest {

    private static final String OLD = TestBot.SECRET;
    private static final String NEW = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @Test
    void whileItIsReplacedBothKeysAreGood() {
        assertThat(statuses(OLD)).containsExactly(202, 401);
        assertThat(statuses(NEW + " " + OLD)).containsExactly(202, 202);
        assertThat(statuses(OLD + " " + NEW)).containsExactly(202, 202);
        assertThat(statuses(NEW)).containsExactly(401, 202);
    }

    /** What webhooks with the old and the new key are answered. */
    private static int[] statuses(String secrets) {
        try (ExampleApp app = ExampleApp.start(TestConfig.of(Map.of("PORT", "0", "WEBHOOK_SECRET", secrets)))) {
            TestBot bot = new TestBot(app.address());
            byte[] body = "{\"guildId\":\"7\",\"guildName\":\"Owls\",\"ownerId\":\"alice\"}".getBytes(UTF_8);
            return new int[] {
                bot.send("guild-joined", "m1", Instant.now(), OLD, body).statusCode(),
                bot.send("guild-joined", "m2", Instant.now(), NEW, body).statusCode()
            };
        }
    }
}
