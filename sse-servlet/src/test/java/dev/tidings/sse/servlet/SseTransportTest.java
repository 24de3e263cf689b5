package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Topic;
import dev.tidings.sse.servlet.EventStreamReader.Received;
import dev.tidings.sse.servlet.FakeStreams.Begun;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests are answered, and what the delivery is asked: over sockets, with a delivery that only says hello. */
@Tag(ServletContainer.TAG)
class SseTransportTest {

    private static final Access.Granted GRANTED =
            Access.to(Topic.of("user", "42")).principal("42");

    private final FakeStreams streams = new FakeStreams();
    private final SseTransport transport = new SseTransport(streams);
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStreamOpensWithTheHeadersThatKeepProxiesFromHoldingItBack() throws IOException {
        decideBy(request -> GRANTED);

        try (RawExchange exchange = get()) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
            assertThat(exchange.header("Cache-Control")).isEqualTo("no-store, no-transform");
            assertThat(exchange.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(exchange.header("SSE-Heartbeat")).isEqualTo("15000");
            assertThat(exchange.header("Content-Length")).isNull();
            EventStreamReader events = exchange.events();
            assertThat(events.next()).isEqualTo(new Received("message", "hello", ""));
            assertThat(events.next()).isNull();
        }
        assertThat(streams.opened)
                .singleElement()
                .satisfies(open -> assertThat(open.access()).isSameAs(GRANTED));
    }

    @Test
    void anIdleStreamHoldsNoLargeBufferOfItsContainer() throws Exception {
        CompletableFuture<Integer> size = new CompletableFuture<>();
        server.filter((request, response, chain) -> {
            chain.doFilter(request, response);
            size.complete(response.getBufferSize());
        });
        decideBy(request -> GRANTED);

        get().close();

        assertThat(size.get())
                .as("512 where the container can, 8192 in Tomcat, and in Jetty what is never allocated")
                .isLessThanOrEqualTo(ServletContainer.inJetty() ? 32 * 1024 : 8192);
    }

    @Test
    void noTimeOutOfTheContainerEndsAStream() throws Exception {
        CompletableFuture<Long> timeout = new CompletableFuture<>();
        server.filter((request, response, chain) -> {
            chain.doFilter(request, response);
            timeout.complete(request.getAsyncContext().getTimeout());
        });
        decideBy(request -> GRANTED);

        get().close();

        assertThat(timeout.get()).isZero();
    }

    @Test
    void theHeaderWinsOverTheQuery() throws IOException {
        decideBy(request -> GRANTED);

        get("/events?lastEventId=query", "Last-Event-ID: header").close();
        get("/events?lastEventId=query").close();
        get("/events?lastEventId=query", "Last-Event-ID:").close();
        get("/events?lastEventId=", "Last-Event-ID:").close();

        assertThat(streams.opened)
                .extracting(open -> open.lastEventId())
                .containsExactly("header", "query", "query", null);
    }

    @Test
    void anAbsurdlyLongCursorIsNotCarriedAround() throws IOException {
        decideBy(request -> GRANTED);

        get("/events", "Last-Event-ID: " + "x".repeat(LastEventId.MAX_LENGTH + 1))
                .close();

        assertThat(streams.opened)
                .singleElement()
                .satisfies(open -> assertThat(open.lastEventId()).hasSize(LastEventId.MAX_LENGTH));
    }

    @ParameterizedTest
    @CsvSource({"401, Unauthorized", "403, Forbidden", "404, Not Found", "418, Client Error"})
    void aDenialIsAnsweredWithItsStatusAndAProblem(int status, String title) throws IOException {
        decideBy(request -> Access.denied(status));

        try (RawExchange exchange = get()) {
            assertProblem(exchange, status, title);
        }
        assertThat(streams.opened).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "BREW"})
    void anotherMethodIsNotAllowed(String method) throws IOException {
        decideBy(request -> GRANTED);

        try (RawExchange exchange = RawExchange.send(server.port(), method, "/events", "Content-Length: 0")) {
            assertProblem(exchange, 405, "Method Not Allowed");
            assertThat(exchange.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
    }

    @Test
    void headIsAnsweredAsGetIsWithoutAStream() throws IOException {
        decideBy(request -> request.getParameter("stranger") == null ? GRANTED : Access.denied());

        try (RawExchange exchange = RawExchange.send(server.port(), "HEAD", "/events")) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
        }
        try (RawExchange exchange = RawExchange.send(server.port(), "HEAD", "/events?stranger")) {
            assertThat(exchange.status()).isEqualTo(401);
        }
        assertThat(streams.opened).isEmpty();
    }

    @Test
    void aClientThatDoesNotAcceptStreamsGetsNone() throws IOException {
        decideBy(request -> GRANTED);

        try (RawExchange exchange = get("/events", "Accept: application/json")) {
            assertProblem(exchange, 406, "Not Acceptable");
        }
    }

    @Test
    void aMalformedQueryIsABadRequest() throws IOException {
        decideBy(request -> GRANTED);

        try (RawExchange exchange = get("/events?lastEventId=%ZZ")) {
            assertProblem(exchange, 400, "Bad Request");
        }
    }

    @Test
    void aClientThatWasToldToStayAwayIsStoppedForGoodBeforeAnybodyIsAsked() throws IOException {
        decideBy(request -> {
            throw new AssertionError("asked");
        });

        try (RawExchange exchange = get("/events", "Last-Event-ID: " + FakeStreams.CLOSED_CURSOR)) {
            assertThat(exchange.status()).isEqualTo(204);
        }
    }

    @Test
    void aDecisionThatThrowsIsLoggedAndTheCallerLearnsNothing() throws IOException {
        IllegalStateException failure = new IllegalStateException("password of the database: 1234");
        decideBy(request -> {
            throw failure;
        });

        try (CapturedLog log = new CapturedLog(SseTransport.class);
                RawExchange exchange = get()) {
            assertProblem(exchange, 500, "Internal Server Error");
            assertThat(log.records()).extracting(LogRecord::getThrown).containsExactly(failure);
        }
    }

    @Test
    void anInterruptedDecisionIsAnsweredAndLeavesTheThreadInterrupted() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        server.filter((request, response, chain) -> {
            chain.doFilter(request, response);
            interrupted.complete(Thread.interrupted());
        });
        decideBy(request -> {
            throw new InterruptedException();
        });

        try (CapturedLog log = new CapturedLog(SseTransport.class);
                RawExchange exchange = get()) {
            assertProblem(exchange, 500, "Internal Server Error");
            assertThat(log.records()).hasSize(1);
        }
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void aDecisionThatReturnsNothingGrantsNothing() throws IOException {
        decideBy(request -> null);

        try (CapturedLog log = new CapturedLog(SseTransport.class);
                RawExchange exchange = get()) {
            assertProblem(exchange, 500, "Internal Server Error");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasMessage("the decision returned null"));
        }
        assertThat(streams.opened).isEmpty();
    }

    @Test
    void aServletWithoutAsyncSupportIsNamedInTheLog() throws IOException {
        server.servlet("/events", SseServlet.of(transport, request -> GRANTED), false)
                .start();

        try (CapturedLog log = new CapturedLog(Precheck.class);
                RawExchange exchange = get()) {
            assertProblem(exchange, 500, "Internal Server Error");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown())
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("'servlet at /events'")
                            .hasMessageContaining("setAsyncSupported(true)"));
        }
    }

    @Test
    void aStreamThatCannotBeOpenedIsAProblemOnTheWireAndALineInTheLog() throws IOException {
        decideBy(request -> GRANTED);
        streams.refusal = new IllegalArgumentException("too many topics");

        try (CapturedLog log = new CapturedLog(SseTransport.class);
                RawExchange exchange = get()) {
            assertProblem(exchange, 500, "Internal Server Error");
            assertThat(log.records()).extracting(LogRecord::getThrown).containsExactly(streams.refusal);
        }
    }

    @Test
    void aNodeWhoseBroadcasterIsClosedSaysComeBackSinceBrowsersNeverDoAfterAnError() throws IOException {
        decideBy(request -> GRANTED);
        streams.refusal = new BroadcasterClosedException();

        try (RawExchange exchange = get("/events")) {
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.header("Content-Type")).isEqualTo("text/event-stream;charset=utf-8");
            EventStreamReader events = new EventStreamReader(
                    new ByteArrayInputStream(exchange.body().getBytes(UTF_8)));
            assertThat(events.next())
                    .isEqualTo(new Received("stream.close", "{\"reason\":\"drain\",\"reconnect\":true}", ""));
            assertThat(events.reconnectionTime()).isBetween(1000L, 5000L);
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void headersOfFiltersSurviveARefusal() throws IOException {
        server.filter((request, response, chain) -> {
            ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", "https://example.org");
            chain.doFilter(request, response);
        });
        decideBy(request -> Access.denied());

        try (RawExchange exchange = get()) {
            assertThat(exchange.header("Access-Control-Allow-Origin")).isEqualTo("https://example.org");
        }
    }

    @Test
    void aDecisionBeginsBeforeTheApplicationIsAsked() throws IOException {
        decideBy(request -> {
            streams.calls.add("decide");
            return GRANTED;
        });

        get().close();

        assertThat(streams.calls).containsExactly("begin", "decide", "open");
    }

    @Test
    void aDecisionCountsFromWhereAFilterBeganIt() throws IOException {
        Filter authentication = (request, response, chain) -> {
            transport.beginDecision((HttpServletRequest) request);
            new SseTransport(streams).beginDecision((HttpServletRequest) request);
            chain.doFilter(request, response);
        };
        server.filter(authentication);
        handle((request, response) -> new SseTransport(streams).open(request, response, GRANTED));

        get().close();

        assertThat(streams.calls).containsExactly("begin", "open");
        assertThat(streams.opened)
                .singleElement()
                .satisfies(open -> assertThat(open.decision()).isEqualTo(new Begun(streams, 1)));
    }

    @Test
    void anAccessWithoutABeginningCountsFromTheCall() throws IOException {
        handle((request, response) -> transport.open(request, response, GRANTED));

        get().close();

        assertThat(streams.calls).containsExactly("begin", "open");
    }

    @Test
    void decisionsOfTwoBroadcastersDoNotMix() throws IOException {
        SseTransport other = new SseTransport(new FakeStreams());
        handle((request, response) -> {
            other.beginDecision(request);
            transport.beginDecision(request);
            transport.open(request, response, GRANTED);
        });

        get().close();

        assertThat(streams.opened)
                .singleElement()
                .satisfies(open -> assertThat(open.decision()).isEqualTo(new Begun(streams, 1)));
    }

    @Test
    void aResponseThatIsCommittedOrARequestThatIsAsynchronousIsAMistakeOfTheCaller() throws Exception {
        CompletableFuture<Throwable> committed = new CompletableFuture<>();
        CompletableFuture<Throwable> asynchronous = new CompletableFuture<>();
        handle((request, response) -> {
            if (request.getParameter("committed") != null) {
                response.flushBuffer();
                committed.complete(catchThrowable(() -> transport.open(request, response, GRANTED)));
            } else {
                request.startAsync();
                asynchronous.complete(catchThrowable(() -> transport.open(request, response, GRANTED)));
                request.getAsyncContext().complete();
            }
        });

        get("/events?committed").close();
        get("/events?asynchronous").close();

        assertThat(committed.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("committed");
        assertThat(asynchronous.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("asynchronous");
        assertThat(streams.opened).isEmpty();
    }

    private void decideBy(AccessDecision decision) {
        server.servlet("/events", SseServlet.of(transport, decision)).start();
    }

    private void handle(Handler handler) {
        server.servlet("/events", new HttpServlet() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                        handler.handle(request, response);
                    }
                })
                .start();
    }

    private RawExchange get() throws IOException {
        return get("/events");
    }

    private RawExchange get(String target, String... headerLines) throws IOException {
        return RawExchange.get(server.port(), target, headerLines);
    }

    private static void assertProblem(RawExchange exchange, int status, String title) throws IOException {
        assertThat(exchange.status()).isEqualTo(status);
        assertThat(exchange.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(exchange.body()).isEqualTo("{\"status\":" + status + ",\"title\":\"" + title + "\"}");
    }

    private interface Handler {
        void handle(HttpServletRequest request, HttpServletResponse response) throws IOException;
    }
}
