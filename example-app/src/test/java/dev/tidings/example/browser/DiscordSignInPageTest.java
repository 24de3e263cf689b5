package dev.tidings.example.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.ExampleApp;
import dev.tidings.example.TestBot;
import dev.tidings.example.TestConfig;
import dev.tidings.example.TestDiscord;
import dev.tidings.example.TestDiscord.Membership;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Signing in with Discord as a person does it, in a real browser. */
class DiscordSignInPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private static TestDiscord discord;
    private static ExampleApp app;

    private final Profile profile = Chromium.newProfile();

    @BeforeAll
    static void start() {
        discord = new TestDiscord();
        app = ExampleApp.start(TestConfig.of(discord.environment()));
    }

    @AfterAll
    static void stop() {
        app.close();
        discord.close();
    }

    @AfterEach
    void close() {
        discord.recover();
        profile.close();
    }

    private static URI page(String path) {
        return app.address().resolve(path);
    }

    private Tab signedIn(String userId, String name) {
        discord.as(userId, name, new Membership("7" + userId, "Night Owls", true, 0));
        Tab tab = profile.open(page("/guilds"));
        tab.awaitText("h1", "Sign in");
        tab.follow("#sign-in");
        tab.awaitText("#status", "Live");
        tab.awaitText("#user", name);
        return tab;
    }

    @Test
    void oneClickLeadsToOnesGuildsAndTheyUpdate() {
        Tab tab = signedIn("100", "Alice");
        tab.awaitText("#guilds", "Night Owls");
        tab.awaitText("#summary", "The bot is in 0 of 1 guilds.");
        assertThat(new TestBot(app.address()).send("guild-joined", "100", "7100"))
                .isEqualTo(202);
        tab.awaitText("#toasts", "Tidings bot joined Guild 7100");
        tab.awaitText("#summary", "The bot is in 1 of 1 guilds.");
    }

    @Test
    void whoCancelsReadsWhyAndTriesAgain() {
        discord.as("101", "Bob").deny();
        Tab tab = profile.open(page("/login")).expect("403");
        tab.look(1280, 800, false);
        tab.screenshot(SCREENSHOTS.resolve("sign-in.png"));
        tab.follow("#sign-in");
        tab.awaitText("#problem", "cancelled or refused");
        tab.screenshot(SCREENSHOTS.resolve("sign-in-cancelled.png"));
        tab.look(360, 740, true);
        tab.screenshot(SCREENSHOTS.resolve("sign-in-cancelled-dark.png"));
        discord.recover();
        tab.follow("#sign-in");
        tab.awaitText("#user", "Bob");
        tab.awaitText("#empty", "No guilds yet");
    }

    @Test
    void signingOutEverywhereIsShownInEveryBrowser() {
        Tab here = signedIn("102", "Carol");
        try (Profile elsewhere = Chromium.newProfile()) {
            Tab there = elsewhere.open(page("/login")).expect("401");
            there.follow("#sign-in");
            there.awaitText("#status", "Live");
            here.click("#user");
            here.look(1280, 800, false);
            here.screenshot(SCREENSHOTS.resolve("account.png"));
            here.look(360, 740, true);
            here.screenshot(SCREENSHOTS.resolve("account-dark.png"));
            here.follow("#account button");
            here.awaitText("h1", "Sign in");
            there.awaitText("#status", "Signed out");
            there.awaitText("#summary", "You are signed out. Sign in");
        }
    }
}
