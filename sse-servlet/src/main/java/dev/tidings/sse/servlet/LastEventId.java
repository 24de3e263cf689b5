package dev.tidings.sse.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The cursor that a request brings. */
final class LastEventId {

    /**
     * No cursor is near as long, so what is cut off changes nothing: the rest is as unreadable as the whole. Keeps what
     * a client made up from being carried around.
     */
    static final int MAX_LENGTH = 4096;

    private LastEventId() {}

    /**
     * Returns the header, which a browser sets when it connects again, otherwise the query parameter, which a page sets
     * on its first connect; null where both are absent or empty. Of several the first counts.
     *
     * @throws IllegalArgumentException if the query is malformed
     */
    static @Nullable String of(HttpServletRequest request) {
        String query = bounded(QueryString.first(request.getQueryString(), "lastEventId"));
        String header = bounded(request.getHeader("Last-Event-ID"));
        return header != null ? header : query;
    }

    private static @Nullable String bounded(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        return value.length() <= MAX_LENGTH ? value : value.substring(0, MAX_LENGTH);
    }
}
