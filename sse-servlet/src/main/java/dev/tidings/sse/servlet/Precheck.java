package dev.tidings.sse.servlet;

import dev.tidings.sse.spi.Streams;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;

/** What is answered before the application is asked for access. */
final class Precheck {

    private static final Logger LOG = System.getLogger(Precheck.class.getName());

    private Precheck() {}

    /** Answers a request that cannot become a stream whoever sends it, and tells whether it did. */
    static boolean refused(HttpServletRequest request, HttpServletResponse response, Streams streams)
            throws IOException {
        String method = request.getMethod();
        boolean get = method.equals("GET");
        if (!get && !method.equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD, OPTIONS");
            return method.equals("OPTIONS") ? noContent(response) : send(Problem.METHOD_NOT_ALLOWED, response);
        }
        if (!Accept.allowsEventStream(Collections.list(request.getHeaders("Accept")))) {
            return send(Problem.NOT_ACCEPTABLE, response);
        }
        if (get && !request.isAsyncSupported()) {
            LOG.log(Level.ERROR, "a stream was refused with 500", new IllegalStateException(asyncMissing(request)));
            return send(Problem.INTERNAL_SERVER_ERROR, response);
        }
        String lastEventId;
        try {
            lastEventId = LastEventId.of(request);
        } catch (IllegalArgumentException malformedQuery) {
            return send(Problem.BAD_REQUEST, response);
        }
        boolean endedForGood = lastEventId != null && streams.isClosedCursor(lastEventId);
        return endedForGood && noContent(response);
    }

    private static boolean noContent(HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        return true;
    }

    private static boolean send(Problem problem, HttpServletResponse response) throws IOException {
        problem.send(response);
        return true;
    }

    private static String asyncMissing(HttpServletRequest request) {
        // The API does not tell which of them it is.
        return "asyncSupported is missing on servlet '"
                + request.getHttpServletMapping().getServletName()
                + "' or on a filter in front of it, of those there are "
                + request.getServletContext().getFilterRegistrations().keySet()
                + ": set it on the servlet and on each such filter, by"
                + " setAsyncSupported(true) on the registration, asyncSupported = true in the annotation, or"
                + " <async-supported>true</async-supported> in web.xml";
    }
}
