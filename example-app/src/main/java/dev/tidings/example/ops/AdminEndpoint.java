package dev.tidings.example.ops;

import dev.tidings.example.identity.Session;
import dev.tidings.example.log.LogFields;
import dev.tidings.example.web.Problem;
import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** What the page of administrators reads, and the one thing it can do. */
final class AdminEndpoint {

    private static final Logger LOGGER = System.getLogger(AdminEndpoint.class.getName());
    private static final Pattern STREAM_ID = Pattern.compile("[A-Za-z0-9_:-]{1,64}");
    private static final long PATIENCE_SECONDS = 2;

    private final Admins admins;
    private final EventBroadcaster broadcaster;

    AdminEndpoint(Admins admins, EventBroadcaster broadcaster) {
        this.admins = admins;
        this.broadcaster = broadcaster;
    }

    /** Decides about {@code GET /admin/events}. */
    Access streamAccess(HttpServletRequest request) {
        return admins.stream(request, NodeFeed.NODES);
    }

    /** Answers {@code POST /admin/disconnect}: ends the stream that the form names, on whatever node it is. */
    void disconnect(HttpServletRequest request, HttpServletResponse response) {
        Session admin = admins.of(request).orElseThrow(Admins::notFound);
        String stream = request.getParameter("stream");
        if (stream == null || !STREAM_ID.matcher(stream).matches()) {
            throw new Problem(400, "form field stream must be the id of a stream");
        }
        revoke(stream);
        LOGGER.log(
                Level.INFO,
                "stream disconnected {0}",
                new LogFields().with("by", admin.user().id()).with("stream", stream));
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private void revoke(String stream) {
        try {
            broadcaster
                    .revoke(Revocation.connection(stream))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new Problem(503, "the backplane is away; the stream may end when it is back");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "this node is stopping");
        }
    }
}
