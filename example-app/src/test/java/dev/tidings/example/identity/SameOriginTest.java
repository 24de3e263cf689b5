package dev.tidings.example.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.example.web.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SameOriginTest {

    private static final String OWN = "http://localhost:8080";

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void whatChangesNothingMayComeFromAnywhere(String method) {
        passes(new FakeRequest(method).header("Sec-Fetch-Site", "cross-site").header("Origin", "https://evil.example"));
    }

    @Test
    void aWebhookComesFromNoBrowserAndInNobodysName() {
        passes(post());
    }

    @Test
    void withASessionSomethingMustSayWhereItComesFrom() {
        refused(post().header("Cookie", "session=abc"));
        passes(post().header("Cookie", "session=abc").header("Origin", OWN));
        passes(post().header("Cookie", "session=abc").header("Sec-Fetch-Site", "same-origin"));
    }

    @Test
    void anotherCookieIsNoSession() {
        passes(post().header("Cookie", "theme=dark"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "none"})
    void ourOwnPagesAndTheUserPass(String site) {
        passes(post().header("Sec-Fetch-Site", site));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "nonsense", ""})
    void otherSitesAreRefused(String site) {
        refused(post().header("Sec-Fetch-Site", site));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://evil.example",
                "http://localhost",
                "http://localhost:8081",
                "localhost:8080",
                "%",
                ""
            })
    void anotherOriginIsRefused(String origin) {
        refused(post().header("Origin", origin));
    }

    @Test
    void theBrowsersOwnWordCountsMoreThanTheOrigin() {
        refused(post().header("Sec-Fetch-Site", "cross-site").header("Origin", OWN));
    }

    private static FakeRequest post() {
        return new FakeRequest("POST").header("Host", "localhost:8080");
    }

    private static void passes(FakeRequest request) {
        assertThatCode(() -> SameOrigin.check(request.build())).doesNotThrowAnyException();
    }

    private static void refused(FakeRequest request) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> SameOrigin.check(request.build()))
                .matches(problem -> problem.status() == 403);
    }
}
