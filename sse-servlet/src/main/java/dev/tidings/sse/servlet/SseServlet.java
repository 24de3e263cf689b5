package dev.tidings.sse.servlet;

import dev.tidings.sse.EventBroadcaster;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A servlet whose every GET is an event stream.
 *
 * <pre>{@code
 * SseServlet events = SseServlet.of(broadcaster, request -> Access.to(Topic.of("user", "42")).principal("42"));
 * ServletRegistration.Dynamic registration = servletContext.addServlet("events", events);
 * registration.setAsyncSupported(true);
 * registration.addMapping("/events");
 * }</pre>
 *
 * <p>It and every filter in front of it must have {@code asyncSupported} set. {@link SseTransport} says what a request
 * is answered; this servlet does nothing but use it.
 *
 * <p><em>Threading.</em> As of any servlet; no thread belongs to a stream.
 *
 * <p><em>Stopping.</em> Call {@link #drain} before the container stops: when {@link #destroy} comes, most containers
 * have cut the streams already.
 */
public final class SseServlet extends HttpServlet {

    /** How long {@link #destroy} lets streams that are still open take their leave. */
    private static final Duration LAST_RESORT = Duration.ofSeconds(2);

    private static final Logger LOG = System.getLogger(SseServlet.class.getName());

    private static final long serialVersionUID = 1L;

    private final transient SseTransport transport;
    private final transient AccessDecision decision;

    private SseServlet(SseTransport transport, AccessDecision decision) {
        this.transport = transport;
        this.decision = decision;
    }

    /** Returns a servlet that streams what the decision grants. */
    public static SseServlet of(EventBroadcaster broadcaster, AccessDecision decision) {
        return of(SseTransport.of(broadcaster), decision);
    }

    /** Returns a servlet that streams what the decision grants, over a transport with settings of its own. */
    public static SseServlet of(SseTransport transport, AccessDecision decision) {
        return new SseServlet(
                Objects.requireNonNull(transport, "transport"), Objects.requireNonNull(decision, "decision"));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            transport.open(request, response, decision);
        } catch (IllegalStateException e) { // containers show what they catch to the client, stack trace and all
            LOG.log(Level.ERROR, "a stream was refused with 500: something in front of this servlet is in the way", e);
            if (!response.isCommitted()) {
                Problem.INTERNAL_SERVER_ERROR.send(response);
            }
        }
    }

    /**
     * Leaves gently, as {@link SseTransport#drain}.
     *
     * @return completes when no stream is left, at the latest shortly after the deadline
     */
    public CompletionStage<Void> drain(Duration deadline) {
        return transport.drain(deadline);
    }

    /**
     * Drains once more, briefly: the last resort for an application that did not call {@link #drain} itself. Like any
     * drain it is that of the whole broadcaster, and for good: no servlet or transport opens a stream of it any more, so
     * one that is to outlive this servlet needs a broadcaster of its own.
     */
    @Override
    public void destroy() {
        try {
            drain(LAST_RESORT).toCompletableFuture().get(2 * LAST_RESORT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.log(Level.WARNING, "streams may still be open: the drain on destroy failed", e);
        }
    }
}
