package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Topic;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other origins: who may read a stream, and how they are told. */
@Tag(ServletContainer.TAG)
class CorsTest {

    private static final String APP = "https://app.example.com";
    private static final String DEV = "http://localhost:5173";

    private final FakeStreams streams = new FakeStreams();
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anAllowedOriginReadsTheStreamWithCookiesAndItsHeaders() throws IOException {
        serve(APP, DEV);

        try (RawExchange exchange = send("GET", "/events", "Origin: " + DEV)) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.header("Access-Control-Allow-Origin")).isEqualTo(DEV);
            assertThat(exchange.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(exchange.header("Access-Control-Expose-Headers")).isEqualTo("SSE-Heartbeat, Retry-After");
            assertThat(exchange.header("Vary")).isEqualTo("Origin");
            assertThat(exchange.events().next()).isNotNull();
        }
    }

    /** Without them, a page would see a network error in place of the status, and go on asking. */
    @ParameterizedTest
    @CsvSource({
        "GET,  /events?deny=401,           401",
        "GET,  /events?deny=403,           403",
        "GET,  /events?x=%ZZ,              400",
        "GET,  /events?fail,               500",
        "GET,  /events?lastEventId=closed, 204",
        "POST, /events,                    405",
        "HEAD, /events,                    200"
    })
    void everyOtherAnswerIsReadableToo(String method, String target, int status) throws IOException {
        serve(APP);

        try (CapturedLog log = new CapturedLog(SseTransport.class);
                RawExchange exchange = send(method, target, "Origin: " + APP, "Content-Length: 0")) {
            assertThat(exchange.status()).isEqualTo(status);
            assertThat(exchange.header("Access-Control-Allow-Origin")).isEqualTo(APP);
            assertThat(exchange.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(exchange.header("Vary")).isEqualTo("Origin");
            assertThat(log.records()).hasSize(status == 500 ? 1 : 0);
        }
    }

    @Test
    void theLastWordOfAClosedNodeIsReadableToo() throws IOException {
        serve(APP);
        streams.refusal = new BroadcasterClosedException();

        try (RawExchange exchange = send("GET", "/events", "Origin: " + APP)) {
            assertThat(exchange.header("Access-Control-Allow-Origin")).isEqualTo(APP);
            assertThat(exchange.body()).contains("stream.close");
        }
    }

    @Test
    void aPreflightForTheCursorIsAnsweredWithoutAskingTheApplication() throws IOException {
        server.servlet("/events", SseServlet.of(new SseTransport(streams).allowedOrigins(APP), request -> {
                    throw new AssertionError("asked");
                }))
                .start();

        try (RawExchange exchange = preflight(APP, "authorization,last-event-id")) {
            assertThat(exchange.status()).isEqualTo(204);
            assertThat(exchange.header("Access-Control-Allow-Origin")).isEqualTo(APP);
            assertThat(exchange.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(exchange.header("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD");
            assertThat(exchange.header("Access-Control-Allow-Headers")).isEqualTo("authorization,last-event-id");
            assertThat(exchange.header("Access-Control-Max-Age")).isEqualTo("7200");
            assertThat(exchange.header("Vary")).isEqualTo("Origin");
        }
        try (RawExchange exchange = send("OPTIONS", "/events", "Origin: " + APP)) {
            assertThat(exchange.header("Access-Control-Allow-Headers")).isEqualTo("Last-Event-ID");
        }
    }

    /** Also one that merely looks alike: origins are compared as wholes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://app.example.com.evil.example",
                "https://app.example.com:8443",
                "http://app.example.com",
                "HTTPS://APP.EXAMPLE.COM",
                "null",
                "",
                "*"
            })
    void anyOtherOriginGetsNoHeaderOfCors(String origin) throws IOException {
        serve(APP);

        try (RawExchange exchange = send("GET", "/events", "Origin: " + origin)) {
            assertThat(exchange.status()).isEqualTo(200);
            assertNoCors(exchange);
            assertThat(exchange.header("Vary")).isEqualTo("Origin");
        }
        try (RawExchange exchange = preflight(origin, "last-event-id")) {
            assertNoCors(exchange);
        }
    }

    @Test
    void aRequestWithoutOriginVariesByItAllTheSameSinceCachesServeOthers() throws IOException {
        serve(APP);

        try (RawExchange exchange = send("GET", "/events")) {
            assertNoCors(exchange);
            assertThat(exchange.header("Vary")).isEqualTo("Origin");
        }
    }

    @Test
    void withoutTheOptionNothingIsSaid() throws IOException {
        server.servlet("/events", SseServlet.of(new SseTransport(streams), request -> granted()))
                .start();

        try (RawExchange exchange = send("GET", "/events", "Origin: " + APP)) {
            assertThat(exchange.status()).isEqualTo(200);
            assertNoCors(exchange);
            assertThat(exchange.header("Vary")).isNull();
        }
        try (RawExchange exchange = preflight(APP, "last-event-id")) {
            assertThat(exchange.status()).isEqualTo(204);
            assertThat(exchange.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
            assertNoCors(exchange);
            assertThat(exchange.header("Vary")).isNull();
        }
    }

    @Test
    void aFilterThatSaysItTooDoesNotMakeItTwice() throws IOException {
        server.filter((request, response, chain) -> {
            ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", APP);
            chain.doFilter(request, response);
        });
        serve(APP);

        try (RawExchange exchange = send("GET", "/events", "Origin: " + APP)) {
            assertThat(exchange.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        }
    }

    @Test
    void anyOriginWithCookiesIsRefusedAsBrowsersDo() {
        assertThatThrownBy(() -> new SseTransport(streams).allowedOrigins("*"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("origin must not be *, which browsers refuse for requests with cookies: name each origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com/",
                "https://app.example.com/page",
                "https://App.example.com",
                "HTTPS://app.example.com",
                "https://app.example.com:443",
                "http://app.example.com:80",
                "https://app.example.com:",
                "https://user@app.example.com",
                "https://*.example.com",
                "https://m\u00fcnchen.example",
                "//app.example.com",
                "app.example.com",
                "https://a.example, https://b.example",
                "null",
                ""
            })
    void anOriginThatNoBrowserSendsIsRefusedInPlaceOfBeingAllowedInVain(String origin) {
        assertThatThrownBy(() -> new SseTransport(streams).allowedOrigins(APP, origin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("origin must be as browsers send it")
                .hasMessageEndingWith("was " + origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "http://localhost:5173",
                "https://127.0.0.1:8443",
                "http://[::1]:8080",
                "https://xn--mnchen-3ya.example",
                "https://under_score.example",
                "http://app.example.com:443",
                "capacitor://localhost"
            })
    void anOriginThatBrowsersSendIsTaken(String origin) {
        assertThat(Cors.of(List.of(origin)).origins()).containsExactly(origin);
    }

    @Test
    void allowingNobodyIsAMistake() {
        assertThatThrownBy(() -> new SseTransport(streams).allowedOrigins())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("origins must not be empty");
    }

    private void serve(String... origins) {
        AccessDecision decision = request -> {
            if (request.getParameter("fail") != null) {
                throw new IllegalStateException("asked to fail");
            }
            String deny = request.getParameter("deny");
            return deny == null ? granted() : Access.denied(Integer.parseInt(deny));
        };
        server.servlet("/events", SseServlet.of(new SseTransport(streams).allowedOrigins(origins), decision))
                .start();
    }

    private RawExchange preflight(String origin, String headers) throws IOException {
        return send(
                "OPTIONS",
                "/events",
                "Origin: " + origin,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: " + headers);
    }

    private RawExchange send(String method, String target, String... headerLines) throws IOException {
        return RawExchange.send(server.port(), method, target, headerLines);
    }

    private static Access granted() {
        return Access.to(Topic.of("user", "42"));
    }

    private static void assertNoCors(RawExchange exchange) {
        assertThat(exchange.header("Access-Control-Allow-Origin")).isNull();
        assertThat(exchange.header("Access-Control-Allow-Credentials")).isNull();
        assertThat(exchange.header("Access-Control-Allow-Headers")).isNull();
        assertThat(exchange.header("Access-Control-Expose-Headers")).isNull();
    }
}
