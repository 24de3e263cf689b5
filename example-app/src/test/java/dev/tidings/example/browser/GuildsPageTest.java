package dev.tidings.example.browser;

import dev.tidings.example.Config;
import dev.tidings.example.ExampleApp;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page as a person meets it, in a real browser. */
class GuildsPageTest {

    private static ExampleApp app;

    private final Profile profile = Chromium.newProfile();

    @BeforeAll
    static void start() {
        app = ExampleApp.start(Config.from(Map.of("PORT", "0", "HEARTBEAT_SECONDS", "1")));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void close() {
        profile.close();
    }

    @Test
    void theBotIsInstalledByTwoClicks() {
        Tab tab = profile.open(app.address());
        tab.click("#user");
        tab.type("alice");
        tab.follow("form button");
        tab.awaitText("#status", "Live");
        tab.follow(".guild .button");
        tab.await("!document.getElementById('authorise').disabled");
        tab.follow("#authorise");
        tab.awaitText(".guild", "Installed");
        tab.awaitText("#toasts", "Tidings bot joined Book Club");
        tab.screenshot(Path.of("target/screenshots/installed.png"));
    }
}
