package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are opened from elsewhere than {@link SseServlet}, and what may be in the way of one. */
@Tag(ServletContainer.TAG)
@Timeout(120)
class OpeningTest {

    private static final Access.Granted GRANTED = Access.to(Topic.of("user", "42"));
    private static final String PROBLEM = "{\"status\":500,\"title\":\"Internal Server Error\"}";

    private final EventBroadcaster broadcaster = EventBroadcaster.create();
    private final ObservedStreams streams = new ObservedStreams(broadcaster.streams());
    private final SseTransport transport = new SseTransport(streams);
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        broadcaster.close();
        server.close();
    }

    @Test
    void aFilterOpensAStreamInOneLine() throws IOException {
        server.filter((request, response, chain) ->
                transport.open((HttpServletRequest) request, (HttpServletResponse) response, GRANTED));
        serve((request, response) -> {
            throw new AssertionError("it passed the filter");
        });

        assertOpens("/events");
    }

    @Test
    void aServletOpensAStreamInOneLine() throws IOException {
        serve((request, response) -> transport.open(request, response, GRANTED));

        assertOpens("/events");
    }

    @Test
    void aServletOpensAStreamByADecisionInOneLine() throws IOException {
        serve((request, response) -> transport.open(request, response, asked -> GRANTED));

        assertOpens("/events");
    }

    @Test
    void aFilterWithoutAsyncSupportIsNamedInTheLog() throws IOException {
        Filter passing = (request, response, chain) -> chain.doFilter(request, response);
        server.filter("harmless", passing, true).filter("culprit", passing, false);
        server.servlet("/events", SseServlet.of(transport, request -> GRANTED)).start();

        try (CapturedLog log = new CapturedLog(Precheck.class)) {
            assertProblem("/events");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown())
                            .hasMessageContaining("asyncSupported is missing on servlet 'servlet at /events'")
                            .hasMessageContaining("culprit"));
        }
    }

    @Test
    void aServletWithoutAsyncSupportIsNamedInTheLog() throws IOException {
        server.servlet("/events", SseServlet.of(transport, request -> GRANTED), false)
                .start();

        try (CapturedLog log = new CapturedLog(Precheck.class)) {
            assertProblem("/events");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown())
                            .hasMessageContaining("asyncSupported is missing on servlet 'servlet at /events'"));
        }
    }

    /** Containers show what a servlet throws to the client. */
    @Test
    void aFilterThatMadeTheRequestAsynchronousIsAProblemAndALineInTheLog() throws IOException {
        server.filter((request, response, chain) -> {
            AsyncContext async = request.startAsync();
            chain.doFilter(request, response);
            async.complete();
        });
        server.servlet("/events", SseServlet.of(transport, request -> GRANTED)).start();

        try (CapturedLog log = new CapturedLog(SseServlet.class)) {
            assertProblem("/events");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasMessageContaining("asynchronous already"));
        }
    }

    @Test
    void aFilterThatWroteSomethingIsALineInTheLogAndAnAnswerThatEnds() throws IOException {
        server.filter((request, response, chain) -> {
            response.setContentLength(2);
            response.getOutputStream().print("hi");
            response.flushBuffer();
            chain.doFilter(request, response);
        });
        server.servlet("/events", SseServlet.of(transport, request -> GRANTED)).start();

        try (CapturedLog log = new CapturedLog(SseServlet.class);
                RawExchange exchange = RawExchange.get(server.port(), "/events")) {
            assertThat(exchange.body()).isEqualTo("hi");
            Until.holds(() -> !log.records().isEmpty(), () -> "nothing was logged");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasMessageContaining("committed"));
        }
    }

    @Test
    void aFilterThatTookTheWriterIsAProblemAndALineInTheLog() throws IOException {
        server.filter((request, response, chain) -> {
            response.getWriter();
            chain.doFilter(request, response);
        });
        server.servlet("/events", SseServlet.of(transport, request -> GRANTED)).start();

        try (CapturedLog log = new CapturedLog(SseServlet.class)) {
            assertProblem("/events");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).isInstanceOf(IllegalStateException.class));
        }
    }

    /** Of an error that it catches itself, a container would show the stack trace. */
    @Test
    void anErrorInTheDecisionIsAProblemAndALineInTheLog() throws IOException {
        server.servlet("/events", SseServlet.of(transport, request -> {
                    throw new NoClassDefFoundError("com/example/Users");
                }))
                .start();

        try (CapturedLog log = new CapturedLog(SseTransport.class)) {
            assertProblem("/events");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasMessage("com/example/Users"));
        }
    }

    /** The container knows nothing of it, so it ends nothing by itself. */
    @Test
    void aWriteThatFailsInAWrapperEndsTheRequest() throws Exception {
        CompletableFuture<Boolean> completed = new CompletableFuture<>();
        serve((request, response) -> {
            transport.open(request, new Failing(response), GRANTED);
            request.getAsyncContext().addListener(new Completion(() -> completed.complete(true)));
        });

        try (RawExchange exchange = RawExchange.get(server.port(), "/events")) {
            assertThat(exchange.body()).isEmpty();
        }
        assertThat(completed.get(40, SECONDS)).isTrue();
        assertThat(streams.gone().tryAcquire(40, SECONDS)).isTrue();
    }

    @Test
    void aSecondOpenIsAMistakeThatLeavesTheFirstAlone() throws Exception {
        CompletableFuture<Throwable> second = new CompletableFuture<>();
        serve((request, response) -> {
            transport.open(request, response, GRANTED);
            second.complete(catchThrowable(() -> transport.open(request, response, GRANTED)));
        });

        assertOpens("/events");
        assertThat(second.get(40, SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("asynchronous already");
    }

    static List<Throwable> refusals() {
        return List.of(
                new UnsupportedOperationException("no listeners here"), new AbstractMethodError("no listeners here"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aResponseThatCannotBeWrittenToWithoutBlockingIsAProblemAndItsStreamIsForgotten(Throwable refusal)
            throws Exception {
        serve((request, response) -> transport.open(request, new BlockingOnly(response, refusal), GRANTED));

        try (CapturedLog log = new CapturedLog(SseTransport.class)) {
            assertProblem("/events");
            assertThat(log.records())
                    .singleElement()
                    .satisfies(record -> assertThat(record.getThrown()).hasMessage("no listeners here"));
        }
        assertThat(streams.gone().tryAcquire(40, SECONDS)).isTrue();
    }

    @Test
    void aResponseWithSomethingInItsBufferIsAProblemAndItsStreamIsForgotten() throws Exception {
        serve((request, response) -> {
            response.getOutputStream().print("something");
            transport.open(request, response, GRANTED);
        });

        try (CapturedLog log = new CapturedLog(SseTransport.class)) {
            assertProblem("/events");
            assertThat(log.records()).hasSize(1);
        }
        assertThat(streams.gone().tryAcquire(40, SECONDS)).isTrue();
    }

    /** A browser's {@code EventSource} would never come back after an error. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestAfterTheDrainIsToldToComeBack(boolean closed) throws IOException {
        serve((request, response) -> transport.open(request, response, GRANTED));
        transport
                .drain(Duration.ZERO)
                .toCompletableFuture()
                .orTimeout(40, SECONDS)
                .join();
        if (closed) {
            broadcaster.close();
        }

        try (RawExchange exchange = RawExchange.get(server.port(), "/events")) {
            assertThat(exchange.status()).isEqualTo(200);
            EventStreamReader events = new EventStreamReader(
                    new ByteArrayInputStream(exchange.body().getBytes(UTF_8)));
            assertThat(events.next().data()).isEqualTo("{\"reason\":\"drain\",\"reconnect\":true}");
            assertThat(events.reconnectionTime()).isPositive();
            assertThat(events.next()).isNull();
        }
    }

    private void serve(Handler handler) {
        server.servlet("/events", new HttpServlet() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                        handler.handle(request, response);
                    }
                })
                .start();
    }

    private void assertOpens(String target) throws IOException {
        try (RawExchange exchange = RawExchange.get(server.port(), target)) {
            assertThat(exchange.events().next().type()).isEqualTo("stream.open");
        }
    }

    private void assertProblem(String target) throws IOException {
        try (RawExchange exchange = RawExchange.get(server.port(), target)) {
            assertThat(exchange.status()).isEqualTo(500);
            assertThat(exchange.body()).isEqualTo(PROBLEM);
        }
    }

    private interface Handler {
        void handle(HttpServletRequest request, HttpServletResponse response) throws IOException;
    }

    /** What some filters put around a response. */
    private static final class BlockingOnly extends HttpServletResponseWrapper {

        private final Throwable refusal;

        BlockingOnly(HttpServletResponse response, Throwable refusal) {
            super(response);
            this.refusal = refusal;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            ServletOutputStream out = super.getOutputStream();
            return new ServletOutputStream() {
                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    if (refusal instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) refusal;
                }

                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }
            };
        }
    }

    /** As a wrapper that compresses or measures, and breaks. */
    private static final class Failing extends HttpServletResponseWrapper {

        Failing(HttpServletResponse response) {
            super(response);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            ServletOutputStream out = super.getOutputStream();
            return new ServletOutputStream() {
                @Override
                public boolean isReady() {
                    return out.isReady();
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    out.setWriteListener(listener);
                }

                @Override
                public void write(int b) throws IOException {
                    throw new IOException("no space left for what is measured");
                }
            };
        }
    }
}
