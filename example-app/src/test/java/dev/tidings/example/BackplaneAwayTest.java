package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.EventBroadcaster;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What works while the backplane is away, and what comes when it is back. */
class BackplaneAwayTest {

    private final TestBackplane backplane = new TestBackplane();
    private final ExampleApp app = ExampleApp.start(
            TestConfig.of(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET)),
            EventBroadcaster.builder().backplane(backplane));
    private final TestBrowser browser = new TestBrowser(app.address());
    private final TestBot bot = new TestBot(app.address());

    @AfterEach
    void stop() {
        app.close();
    }

    @Test
    void webhooksAreAcceptedAndTheirEventsArriveOnceWhenItIsBack() throws Exception {
        try (StreamReader stream = browser.signIn("alice").stream()) {
            stream.next("stream.open");
            backplane.away(true);
            assertThat(bot.send("guild-joined", "alice", "7")).isEqualTo(202);
            assertThat(bot.send("guild-left", "alice", "7")).isEqualTo(202);
            assertThat(backplane.refusedAppends.tryAcquire(2, 30, TimeUnit.SECONDS))
                    .as("it was tried again")
                    .isTrue();
            backplane.away(false);
            stream.next("guild-joined");
            stream.next("guild-left");
            bot.send("bot-configured", "alice", "7");
            stream.next("bot-configured");
        }
    }

    @Test
    void thePageGetsItsDataWithoutACursor() {
        browser.signIn("alice");
        backplane.away(true);
        assertThat(browser.guilds().get("cursor").isNull()).isTrue();
        assertThat(browser.guilds().get("guilds")).isNotEmpty();
        backplane.away(false);
        assertThat(browser.guilds().get("cursor").asString()).isNotEmpty();
    }

    @Test
    void itSaysThatItIsNotReadyAndLives() {
        backplane.away(true);
        assertThat(browser.get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(browser.get("/health/ready").body()).contains("\"backplane\":\"stale\"");
        assertThat(browser.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void signingOutWorks() {
        browser.signIn("alice");
        backplane.away(true);
        assertThat(browser.post("/logout", "").statusCode()).isEqualTo(303);
        assertThat(browser.get("/api/guilds").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "everywhere=true"})
    void signingOutEndsTheStreamsHoweverLongTheBackplaneIsAway(String form) throws Exception {
        try (StreamReader stream = browser.signIn("alice").stream()) {
            stream.next("stream.open");
            backplane.away(true);
            assertThat(browser.post("/logout", form).statusCode()).isEqualTo(303);
            assertThat(backplane.refusedAppends.tryAcquire(3, 30, TimeUnit.SECONDS))
                    .as("refused while signing out, and when it was tried again")
                    .isTrue();
            backplane.away(false);
            assertThat(stream.next("stream.close").json().get("reason").asString())
                    .isEqualTo("revoked");
        }
    }
}
