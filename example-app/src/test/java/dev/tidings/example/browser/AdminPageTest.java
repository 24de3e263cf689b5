package dev.tidings.example.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.Config;
import dev.tidings.example.ExampleApp;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page for administrators, in a real browser, beside one that it watches. */
class AdminPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final String ROWS = "document.querySelectorAll('.connection').length";
    private static final String ROW_OF_ITS_OWN =
            "[...document.querySelectorAll('.connection')].some((row) => row.textContent.includes('admin'))";

    private static ExampleApp app;

    private final Profile aliceProfile = Chromium.newProfile();
    private final Profile rootProfile = Chromium.newProfile();

    @BeforeAll
    static void start() {
        app = ExampleApp.start(Config.from(Map.of("PORT", "0", "HEARTBEAT_SECONDS", "1", "ADMINS", "root")));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void close() {
        try (aliceProfile) {
            rootProfile.close();
        }
    }

    private static URI page(String path) {
        return app.address().resolve(path);
    }

    private static Tab signIn(Profile profile, String name) {
        Tab tab = profile.open(page("/login"));
        tab.click("#user");
        tab.type(name);
        tab.follow("form button");
        tab.awaitText("#status", "Live");
        return tab;
    }

    private Tab adminPage() {
        Tab tab = signIn(rootProfile, "root");
        tab.go(page("/admin"));
        tab.awaitText("#status", "Live");
        return tab;
    }

    @Test
    void oneClickDisconnectsAStreamAndItsPageComesBackByItself() {
        Tab alice = signIn(aliceProfile, "alice");
        Tab admin = adminPage();
        // The page that is watched, and this one; not the one that its tab has left, of which an old snapshot may tell.
        admin.await(ROWS + " === 2 && " + ROW_OF_ITS_OWN);
        String topic =
                "Array.from(document.querySelectorAll('.connection'), (row) => [row.dataset.stream, row.textContent])"
                        + ".find(([, text]) => !text.includes('admin'))[0]";
        String stream = admin.eval(topic).asString();

        admin.collectToasts();
        admin.click("[data-stream='" + stream + "'] button");

        admin.await("!document.querySelector(\"[data-stream='" + stream + "']\")");
        admin.awaitToast("is disconnected");
        admin.await("document.getElementById('closes').textContent.includes('revoked · 1')");
        admin.await(ROWS + " === 2"); // it is back, under another id
        alice.awaitText("#status", "Live");
        assertThat(admin.eval("document.activeElement.closest('.connection') !== null")
                        .asBoolean())
                .as("the keyboard's place is kept")
                .isTrue();
    }

    @Test
    void itLooksAsItsUserHasChosen() {
        Tab admin = signIn(rootProfile, "root");
        admin.eval("localStorage.setItem('tidings.look', '{\"theme\":\"dark\"}')");
        admin.go(page("/admin"));
        assertThat(admin.eval("getComputedStyle(document.body).backgroundColor").asString())
                .isEqualTo("rgb(14, 22, 25)");
    }

    @ParameterizedTest
    @CsvSource({"360, false", "360, true", "780, false", "780, true", "1280, false", "1280, true"})
    void itFitsAnyScreen(int width, boolean dark) {
        signIn(aliceProfile, "alice");
        Tab admin = adminPage();
        admin.look(width, 900, dark);
        admin.await(ROWS + " === 2");
        admin.await("document.querySelector('.node dd')");
        String sticksOut = "[...document.querySelectorAll('main *')]"
                + ".filter((each) => each.getBoundingClientRect().right > innerWidth).length";
        assertThat(admin.eval(sticksOut).asInt()).as("nothing sticks out").isZero();
        String covered = "[...document.querySelectorAll('main > *')].map((each) => each.getBoundingClientRect())"
                + ".filter(({height}) => height > 0).filter(({top}, i, all) => i > 0 && top < all[i - 1].bottom).length";
        assertThat(admin.eval(covered).asInt())
                .as("nothing is on top of what is before it")
                .isZero();
        assertThat(admin.eval("document.querySelectorAll('main > section').length")
                        .asInt())
                .isEqualTo(4);
        admin.screenshot(SCREENSHOTS.resolve("admin-" + width + (dark ? "-dark" : "-light") + ".png"));
    }
}
