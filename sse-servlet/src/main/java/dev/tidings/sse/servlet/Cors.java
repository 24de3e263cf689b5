package dev.tidings.sse.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets pages of other origins read streams, with cookies (<a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch
 * Standard, CORS protocol</a>). What it does not allow gets no header, and the browser keeps it from the page.
 *
 * @param origins as browsers send them in {@code Origin}; none: pages of the stream's own origin only
 */
record Cors(Set<String> origins) {

    static final Cors NONE = new Cors(Set.of());

    private static final String CURSOR = "Last-Event-ID";

    /** Not {@code null}, which sandboxed pages of anybody send. */
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");

    private static final Pattern DEFAULT_PORT = Pattern.compile("http://.*:80|https://.*:443");

    /** Chromium keeps no answer to a preflight longer, in seconds. */
    private static final String MAX_AGE = "7200";

    /** Copies the origins. */
    Cors {
        origins = Set.copyOf(origins);
    }

    /** Returns what allows these origins. */
    static Cors of(List<String> origins) {
        if (origins.isEmpty()) {
            throw new IllegalArgumentException("origins must not be empty");
        }
        origins.forEach(Cors::check);
        return new Cors(new LinkedHashSet<>(origins));
    }

    /** Sets the headers of an answer, whatever it will be. */
    void apply(HttpServletRequest request, HttpServletResponse response) {
        if (origins.isEmpty()) {
            return; // what filters of the application set stays
        }
        response.addHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (origin == null || !origins.contains(origin)) {
            return;
        }
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.setHeader("Access-Control-Allow-Credentials", "true");
        if (request.getMethod().equals("OPTIONS")) {
            preflight(request, response);
        } else {
            response.setHeader("Access-Control-Expose-Headers", "SSE-Heartbeat, Retry-After");
        }
    }

    private static void preflight(HttpServletRequest request, HttpServletResponse response) {
        // Whatever the page wants to send: it is trusted with the user's cookies already.
        String wanted = request.getHeader("Access-Control-Request-Headers");
        response.setHeader("Access-Control-Allow-Headers", wanted == null ? CURSOR : wanted);
        response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
        response.setHeader("Access-Control-Max-Age", MAX_AGE);
    }

    /** An origin that no browser ever sends would be allowed in vain. */
    private static void check(String origin) {
        if (origin.equals("*")) {
            throw new IllegalArgumentException(
                    "origin must not be *, which browsers refuse for requests with cookies: name each origin");
        }
        if (!ORIGIN.matcher(origin).matches() || DEFAULT_PORT.matcher(origin).matches()) {
            throw new IllegalArgumentException(
                    "origin must be as browsers send it, scheme://host or scheme://host:port,"
                            + " in lower case, without a default port or a path, was " + origin);
        }
    }
}
