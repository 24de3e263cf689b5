package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.EventStreamReader.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes over a socket gets a clear answer, by the library where it gets that far, else by the container; never
 * a stack trace, and in the end no connection is left.
 */
@Tag(ServletContainer.TAG)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class BadRequestTest {

    private static final String UNREADABLE = "{\"topic\":\"user:42\",\"reason\":\"bad-cursor\"}";

    private final EventBroadcaster broadcaster =
            EventBroadcaster.builder().heartbeat(Duration.ofMillis(100)).build();
    private final TestServer server = new TestServer();
    private int sockets;

    @BeforeAll
    void start() throws IOException {
        AccessDecision decision = request -> {
            request.getParameter("application"); // as any application does; it may read a body
            return Access.to(Topic.of("user", "42"));
        };
        server.servlet("/events", SseServlet.of(broadcaster, decision)).start();
        RawExchange.send(server.port(), "HEAD", "/events").close(); // what is opened once for all is open now
        try (RawExchange open = RawExchange.send(server.port(), "HEAD", "/events")) {
            assertThat(open.status()).isEqualTo(200);
            sockets = OpenSockets.count() - 2; // its two ends
        }
    }

    @AfterAll
    void noConnectionIsLeft() {
        try {
            OpenSockets.awaitAtMost(sockets);
        } finally {
            broadcaster.close();
            server.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theLibraryAnswersWithAProblem(String what, String request, int status, String title) throws IOException {
        try (RawExchange exchange = send(request)) {
            assertThat(exchange.status()).isEqualTo(status);
            assertThat(exchange.header("Content-Type")).startsWith("application/problem+json");
            assertThat(exchange.body()).isEqualTo("{\"status\":" + status + ",\"title\":\"" + title + "\"}");
        }
    }

    static List<Arguments> theLibraryAnswersWithAProblem() {
        return List.of(
                Arguments.of(
                        "a POST",
                        "POST /events HTTP/1.1\nHost: localhost\nContent-Length: 2\n\nhi",
                        405,
                        "Method Not Allowed"),
                Arguments.of("a PROPFIND", "PROPFIND /events HTTP/1.1\nHost: localhost\n\n", 405, "Method Not Allowed"),
                Arguments.of(
                        "a method of its own", "BREW /events HTTP/1.1\nHost: localhost\n\n", 405, "Method Not Allowed"),
                Arguments.of("only JSON", get("/events", "Accept: application/json"), 406, "Not Acceptable"),
                Arguments.of("no range in Accept", get("/events", "Accept: ;;q=,/,"), 406, "Not Acceptable"),
                Arguments.of("4 kB of commas", get("/events", "Accept: " + ",".repeat(4000)), 406, "Not Acceptable"),
                Arguments.of("a broken escape", get("/events?lastEventId=%ZZ"), 400, "Bad Request"),
                Arguments.of("an escape cut off", get("/events?lastEventId=%4"), 400, "Bad Request"),
                Arguments.of("not UTF-8", get("/events?lastEventId=%FF"), 400, "Bad Request"),
                Arguments.of("a broken escape elsewhere", get("/events?application=%ZZ"), 400, "Bad Request"),
                Arguments.of("a value without a name", get("/events?=a"), 400, "Bad Request"),
                Arguments.of("2,000 parameters", get("/events?" + "a&".repeat(2_000)), 400, "Bad Request"),
                Arguments.of("not UTF-8 elsewhere", get("/events?application=%C0%80"), 400, "Bad Request"));
    }

    /** A cursor that makes no sense is no error: the page is told the gap, and goes on. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theStreamOpensAndTellsTheGap(String what, String request) throws IOException {
        try (RawExchange exchange = send(request)) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.header("X-Injected")).isNull();
            EventStreamReader events = exchange.events();
            assertThat(events.next().type()).isEqualTo("stream.open");
            Received gap = events.next();
            assertThat(gap.type()).isEqualTo("stream.gap");
            assertThat(gap.data()).isEqualTo(UNREADABLE);
        }
    }

    static List<Arguments> theStreamOpensAndTellsTheGap() {
        return List.of(
                Arguments.of("a made-up cursor", get("/events", "Last-Event-ID: 42")),
                Arguments.of("4 kB of cursor", get("/events", "Last-Event-ID: " + "A".repeat(4000))),
                Arguments.of("4 kB of cursor in the query", get("/events?lastEventId=" + "A".repeat(4000))),
                Arguments.of(
                        "a cursor in UTF-8", get("/events", "Last-Event-ID: \u00c3\u00bc\u00f0\u009f\u0098\u0080")),
                Arguments.of("NUL", get("/events?lastEventId=%00")),
                Arguments.of("a header smuggled in", get("/events?lastEventId=%0D%0AX-Injected:%20yes")),
                Arguments.of("an event smuggled in", get("/events?lastEventId=%0A%0Adata:x%0A%0A")),
                Arguments.of("UTF-8", get("/events?lastEventId=%C3%BC%F0%9F%98%80")),
                Arguments.of("two in the query", get("/events?lastEventId=a&lastEventId=b")),
                Arguments.of("two headers", get("/events", "Last-Event-ID: a", "Last-Event-ID: b")),
                Arguments.of("header and query", get("/events?lastEventId=a", "Last-Event-ID: b")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theStreamOpensAllTheSame(String what, String request) throws IOException {
        try (RawExchange first = send(request)) {
            RawExchange exchange =
                    first.status() == 100 ? first.next() : first; // it goes on, as it was asked whether to
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.events().next().type()).isEqualTo("stream.open");
        }
    }

    static List<Arguments> theStreamOpensAllTheSame() {
        String form = "Content-Type: application/x-www-form-urlencoded";
        return List.of(
                Arguments.of("unknown parameters", get("/events?a=1&b&&lastEventid=x&%20=%20")),
                Arguments.of("an empty cursor", get("/events?lastEventId=", "Last-Event-ID:")),
                Arguments.of("fifty headers", get("/events", lines("X-Any-%d: " + "x".repeat(50), 50))),
                Arguments.of("HTTP/1.0", "GET /events HTTP/1.0\n\n"),
                Arguments.of("an absolute target", "GET http://localhost/events HTTP/1.1\nHost: localhost\n\n"),
                Arguments.of("Expect: 100-continue", get("/events", "Expect: 100-continue")),
                Arguments.of("a body", get("/events", "Content-Length: 5") + "hello"),
                Arguments.of("a body that never comes", get("/events", "Content-Length: 1000000")),
                Arguments.of("a form that never comes", get("/events", form, "Content-Length: 1000")),
                Arguments.of(
                        "a chunked body without end", get("/events", "Transfer-Encoding: chunked") + "5\nhello\n"));
    }

    /** What does not get as far as the library: by each container in its own words. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void theContainerRefuses(String what, String request) throws IOException {
        try (RawExchange exchange = send(request)) {
            assertThat(exchange.status()).isBetween(400, 505).isNotEqualTo(500);
            assertThat(exchange.body()).doesNotContain("Exception", "\tat ", "dev.tidings");
        }
    }

    static List<Arguments> theContainerRefuses() {
        return List.of(
                Arguments.of("100 kB of cursor", get("/events", "Last-Event-ID: " + "A".repeat(100_000))),
                Arguments.of("100 kB of cursor in the query", get("/events?lastEventId=" + "A".repeat(100_000))),
                Arguments.of("a thousand headers", get("/events", lines("X-Any-%d: " + "x".repeat(50), 1000))),
                Arguments.of("NUL in a header", get("/events", "Last-Event-ID: a\0b")),
                Arguments.of("no name of a header", get("/events", ": a")),
                Arguments.of("no such version", "GET /events HTTP/7.0\nHost: localhost\n\n"),
                Arguments.of("an expectation nobody knows", get("/events", "Expect: 200-maybe")),
                Arguments.of("two lengths", get("/events", "Content-Length: 5", "Content-Length: 6")),
                Arguments.of("a length that is none", get("/events", "Content-Length: -1")),
                Arguments.of("a path out of the root", get("/../events")),
                Arguments.of("no path that exists", get("/events/42")),
                Arguments.of("the beginning of TLS", "\u0016\u0003\u0001\0\u00a5\u0001\0\0\u00a1\u0003\u0003\n\n"));
    }

    @Test
    void headIsAnsweredWithoutAStream() throws IOException {
        try (RawExchange exchange = RawExchange.send(server.port(), "HEAD", "/events", "Connection: close")) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.closedByServer()).isTrue();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTurn() throws IOException {
        String post = "POST /events HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n";
        try (RawExchange exchange = send(post + post + get("/events"))) {
            assertThat(exchange.body()).contains("405");
            RawExchange second = exchange.next();
            assertThat(second.body()).contains("405");
            assertThat(second.next().events().next().type()).isEqualTo("stream.open");
        }
    }

    @Test
    void aRequestThatWasPipelinedBehindAStreamWaitsForItsEnd() throws IOException {
        EventBroadcaster other = EventBroadcaster.create();
        try (TestServer ending = new TestServer()
                        .servlet("/events", SseServlet.of(other, request -> Access.to(Topic.of("a"))))
                        .start();
                RawExchange exchange = RawExchange.raw(ending.port(), bytes(get("/events") + get("/nowhere")))) {
            EventStreamReader events = exchange.events();
            assertThat(events.next().type()).isEqualTo("stream.open");
            other.streams()
                    .drain(Duration.ofSeconds(1))
                    .toCompletableFuture()
                    .orTimeout(40, SECONDS)
                    .join();
            assertThat(events.next().type()).isEqualTo("stream.close");
            assertThat(events.next()).isNull();
            assertThat(exchange.next().status()).isEqualTo(404);
        } finally {
            other.close();
        }
    }

    @Test
    void whoHangsUpHalfwayLeavesNothing() throws IOException {
        for (String begin : List.of("G", "GET /ev", "GET /events HTTP/1.1\n", "GET /events HTTP/1.1\nHost: loc")) {
            RawExchange.hangUp(server.port(), bytes(begin));
        }
    }

    private RawExchange send(String request) throws IOException {
        return RawExchange.raw(server.port(), bytes(request));
    }

    /** Lines end in LF above, to be read, and in CRLF on the wire. */
    private static byte[] bytes(String request) {
        return request.replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    private static String get(String target, String... headerLines) {
        List<String> lines = new ArrayList<>(List.of("GET " + target + " HTTP/1.1", "Host: localhost"));
        lines.addAll(List.of(headerLines));
        return String.join("\n", lines) + "\n\n";
    }

    private static String[] lines(String format, int count) {
        String[] lines = new String[count];
        for (int i = 0; i < count; i++) {
            lines[i] = String.format(format, i);
        }
        return lines;
    }
}
