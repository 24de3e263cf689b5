package dev.tidings.example.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.AttackedApp;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent to any route, of the demo and with Discord, by strangers and by an administrator: a clear answer, and
 * all that is stored is as before.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class HostileRoutesTest {

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

    private final AttackedApp app;
    private String before;

    HostileRoutesTest(boolean withDiscord) {
        app = withDiscord ? AttackedApp.withDiscord() : AttackedApp.demo();
    }

    @BeforeEach
    void remember() {
        before = app.stored();
    }

    @AfterEach
    void everythingElseIsAsBefore() {
        try (app) {
            assertThat(app.stored()).isEqualTo(before);
            app.assertThatItStillWorks();
            app.assertThatNothingWasLogged();
        }
    }

    @Test
    void everyRouteHasAnAnswerForEveryBody() throws IOException {
        List<DocumentedRoutes.Route> routes = DocumentedRoutes.read();
        assertThat(routes).hasSizeGreaterThan(15);
        for (DocumentedRoutes.Route route : routes) {
            for (byte[] body : HostileTexts.BODIES) {
                attack(route.method(), route.with("x"), "", body);
                attack(route.method(), route.with("x"), headersFor(route), body);
                attack(route.method(), route.with("x"), headersFor(route) + FORM, body);
            }
        }
    }

    @Test
    void everyRouteHasAnAnswerForEveryFormField() throws IOException {
        for (DocumentedRoutes.Route route : DocumentedRoutes.read()) {
            for (String value : HostileTexts.VALUES) {
                // No user: a name that can be shown signs somebody in, which another test looks at.
                for (String field : List.of("guild", "everywhere", "stream", "discordId")) {
                    byte[] body = (field + "=" + HostileTexts.encoded(value)).getBytes(ISO_8859_1);
                    attack(route.method(), route.with("x"), headersFor(route) + FORM, body);
                }
            }
        }
    }

    @Test
    void everyRouteHasAnAnswerForEveryHeader() throws IOException {
        for (DocumentedRoutes.Route route : DocumentedRoutes.read()) {
            for (String header : HostileTexts.HEADERS) {
                attack(route.method(), route.with("x"), header + "\r\n", new byte[0]);
                attack(route.method(), route.with("x"), sessionFor(route) + header + "\r\n", new byte[0]);
            }
        }
    }

    @Test
    void everyRouteHasAnAnswerForEveryMethodAndValue() throws IOException {
        for (DocumentedRoutes.Route route : DocumentedRoutes.read()) {
            for (String method : List.of("HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "X")) {
                if (!method.equals(route.method())) {
                    attack(method, route.with("x"), sessionFor(route), new byte[0]);
                }
            }
            for (String value : HostileTexts.VALUES) {
                String hostile = HostileTexts.encoded(value);
                attack(route.method(), route.with(hostile), sessionFor(route), new byte[0]);
                attack(
                        route.method(),
                        route.with("x") + "?guild=" + hostile + "&lastEventId=" + hostile + "&code=" + hostile
                                + "&state=" + hostile,
                        sessionFor(route),
                        new byte[0]);
            }
        }
    }

    @Test
    void noPathLeadsOutOfWhatIsServed() throws IOException {
        for (String target : HostileTexts.TARGETS) {
            for (String method : List.of("GET", "POST")) {
                RawAnswer answer = attack(method, target, app.sessionHeader(), new byte[0]);
                assertThat(answer.body()).as(target).doesNotContain("<modelVersion>", "root:", "Manifest-Version");
            }
        }
    }

    /** None for the route that would end it. */
    private String sessionFor(DocumentedRoutes.Route route) {
        return route.path().equals("/logout") ? "" : app.sessionHeader();
    }

    /** With these a body is read, and not refused before. */
    private String headersFor(DocumentedRoutes.Route route) {
        return sessionFor(route) + (route.method().equals("PUT") ? "If-Match: " + app.preferencesTag() + "\r\n" : "");
    }

    private RawAnswer attack(String method, String target, String headers, byte[] body) throws IOException {
        return Attack.on(app.address(), method, target, headers, body);
    }
}
