package dev.tidings.sse.servlet;

import dev.tidings.sse.Access;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Turns requests into event streams, from any servlet, filter or controller, in one line.
 *
 * <pre>{@code
 * SseTransport transport = SseTransport.of(broadcaster);
 *
 * transport.open(request, response, r -> Access.to(user).principal("42"));   // decides within
 * transport.open(request, response, access);                                 // decided before
 * }</pre>
 *
 * <p>A request is answered with one of these, and must not be touched afterwards:
 *
 * <table>
 * <caption>Answers</caption>
 * <tr><td>200, {@code text/event-stream}</td><td>the stream; on a node that is full or leaving one that says so and
 *     ends, since a browser's {@code EventSource} never comes back after 429 or 503</td></tr>
 * <tr><td>204</td><td>the client was told not to come back, or asks by OPTIONS</td></tr>
 * <tr><td>401, 403, 404 ...</td><td>access was denied with this status</td></tr>
 * <tr><td>400, 405, 406</td><td>a malformed query, another method than GET, HEAD and OPTIONS, an {@code Accept} that
 *     excludes streams</td></tr>
 * <tr><td>500</td><td>the decision threw, or asynchronous requests are not supported; the log says which</td></tr>
 * </table>
 *
 * <p>Errors carry a one-line {@code application/problem+json}. HEAD is answered as GET is, without a stream. The cursor
 * is taken from the header {@code Last-Event-ID}, otherwise from the query parameter {@code lastEventId}. One that makes
 * no sense is no error: the stream opens and tells a gap. Other parameters are the application's.
 *
 * <p>A decision is any code of the application, and takes its time: meanwhile what it was based on may be withdrawn.
 * Therefore the transport wants to know when deciding began. The first form above sees to that by itself; for the
 * second there is {@link #beginDecision}.
 *
 * <p><em>Threading.</em> All methods may be called from any thread. None waits for a stream, and no thread belongs to
 * one. Instances hold no state: making one per request is as good as keeping one.
 */
public final class SseTransport {

    private static final Logger LOG = System.getLogger(SseTransport.class.getName());

    private final Streams streams;
    private final Cors cors;

    /** The request attribute that holds the moment a decision began: one per broadcaster, should there be several. */
    private final String decisionAttribute;

    SseTransport(Streams streams) {
        this(streams, Cors.NONE);
    }

    private SseTransport(Streams streams, Cors cors) {
        this.streams = streams;
        this.cors = cors;
        this.decisionAttribute =
                SseTransport.class.getName() + ".decision@" + Integer.toHexString(System.identityHashCode(streams));
    }

    /** Returns the transport for the streams of a broadcaster. */
    public static SseTransport of(EventBroadcaster broadcaster) {
        return new SseTransport(broadcaster.streams());
    }

    /**
     * Returns a transport like this one that lets pages of these origins read the streams too, with their cookies.
     *
     * <pre>{@code
     * SseTransport.of(broadcaster).allowedOrigins("https://app.example.com", "http://localhost:5173")
     * }</pre>
     *
     * <p>It answers their preflights, and marks every answer to them, errors too. The page asks with credentials:
     * {@code new EventSource(url, {withCredentials: true})}, or {@code credentials: 'include'} of {@code SseClient}. A
     * page of any other origin is answered without a word about it, which the browser then keeps from the page; so a
     * request from elsewhere is still for the decision to judge.
     *
     * @param origins as browsers send them: {@code scheme://host}, with {@code :port} where it is not the default one
     * @throws IllegalArgumentException if there is none, or one that no browser sends, {@code *} among them
     */
    public SseTransport allowedOrigins(String... origins) {
        return new SseTransport(streams, Cors.of(List.of(origins)));
    }

    /**
     * Asks for a decision and answers the request accordingly. A revocation that comes while the decision is being made
     * ends the stream.
     *
     * @throws IOException if an answer other than a stream could not be written
     * @throws IllegalStateException if the response is committed, its writer was taken, or the request is asynchronous
     *     already
     */
    public void open(HttpServletRequest request, HttpServletResponse response, AccessDecision decision)
            throws IOException {
        Objects.requireNonNull(decision, "decision");
        if (refused(request, response)) {
            return;
        }
        beginDecision(request);
        Access access;
        try {
            access = Objects.requireNonNull(decision.decide(request), "the decision returned null");
        } catch (Throwable e) { // an Error, too: the container would show it to the client, stack trace and all
            LOG.log(Level.ERROR, "a stream was refused with 500: its access could not be decided", e);
            Problem.INTERNAL_SERVER_ERROR.send(response);
            if (e instanceof InterruptedException) {
                Thread.currentThread()
                        .interrupt(); // after the answer: Tomcat's channel closes if interrupted in a write
            }
            return;
        }
        answer(request, response, access);
    }

    /**
     * Answers the request by a decision that was made before.
     *
     * <p>The decision counts from the request's {@link #beginDecision}, or without one from this call: a revocation
     * that came between deciding and this call would then go unnoticed. So, unless deciding takes no time at all, begin
     * it there or hand over an {@link AccessDecision}.
     *
     * @throws IOException if an answer other than a stream could not be written
     * @throws IllegalStateException if the response is committed, its writer was taken, or the request is asynchronous
     *     already
     */
    public void open(HttpServletRequest request, HttpServletResponse response, Access access) throws IOException {
        Objects.requireNonNull(access, "access");
        if (!refused(request, response)) {
            answer(request, response, access);
        }
    }

    /**
     * Marks on the request that its access is being decided from now on: in a filter before the one that authenticates,
     * say, while a controller opens the stream. A revocation after this moment ends the stream, also while it is still
     * opening. The first mark of a request counts.
     */
    public void beginDecision(HttpServletRequest request) {
        if (request.getAttribute(decisionAttribute) == null) {
            request.setAttribute(decisionAttribute, streams.beginDecision());
        }
    }

    /**
     * Leaves gently: from now on no stream of the broadcaster opens, and every open one is told to come back, each
     * after a time of its own. What is stuck at the deadline is cut. Call it before the container's own stop, which
     * waits for open streams or cuts them: drain, wait for the stage, then stop.
     *
     * @return completes when no stream is left, at the latest shortly after the deadline; the connection of a peer that
     *     is slow to read its last block may stay for two seconds more
     */
    public CompletionStage<Void> drain(Duration deadline) {
        return streams.drain(deadline);
    }

    /** Answers what needs no decision. */
    private boolean refused(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            throw new IllegalStateException("the response is committed: nothing may be written before a stream opens");
        }
        if (request.isAsyncStarted()) {
            throw new IllegalStateException("the request is asynchronous already: a stream must be the first to be so");
        }
        cors.apply(request, response);
        return Precheck.refused(request, response, streams);
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, Access access) throws IOException {
        if (access instanceof Access.Denied denied) {
            Problem.of(denied.status()).send(response);
        } else if (request.getMethod().equals("HEAD")) {
            EventStreamHeaders.set(response, streams.heartbeat());
        } else {
            stream(request, response, (Access.Granted) access);
        }
    }

    private void stream(HttpServletRequest request, HttpServletResponse response, Access.Granted access)
            throws IOException {
        StreamRequest wanted = new StreamRequest(access, takeDecision(request), LastEventId.of(request));
        ServletOutputStream out = response.getOutputStream();
        AsyncContext async = request.startAsync();
        async.setTimeout(0); // how long a stream lives is not for the container to say
        Stream stream = null;
        try {
            Abort abort = Abort.of(request);
            Connection connection = new Connection(async, out, abort, abort.lockOf(request, response));
            stream = streams.open(wanted, connection);
            EventStreamHeaders.set(response, streams.heartbeat());
            response.setBufferSize(connection.bufferSize());
            connection.start(stream);
        } catch (BroadcasterClosedException e) {
            completing(async, () -> Farewell.send(response, streams.heartbeat()));
        } catch (RuntimeException | Error e) { // such as that of a wrapper older than asynchronous I/O
            if (stream != null) {
                stream.gone();
            }
            LOG.log(Level.ERROR, "a stream was refused with 500: it could not be opened", e);
            completing(async, () -> Problem.INTERNAL_SERVER_ERROR.send(response));
        }
    }

    private interface Answer {
        void send() throws IOException;
    }

    /** A peer that is gone already must not leave a request behind that nobody ends. */
    private static void completing(AsyncContext async, Answer answer) throws IOException {
        try {
            answer.send();
        } finally {
            async.complete();
        }
    }

    private StreamRequest.Decision takeDecision(HttpServletRequest request) {
        Object begun = request.getAttribute(decisionAttribute);
        request.removeAttribute(decisionAttribute); // the request lives as long as the stream
        return begun instanceof StreamRequest.Decision decision ? decision : streams.beginDecision();
    }
}
