package dev.tidings.sse.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;

/** What the head of a stream says. */
final class EventStreamHeaders {

    private EventStreamHeaders() {}

    static void set(HttpServletResponse response, Duration heartbeat) {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream;charset=utf-8");
        // Proxies that compress, and nginx without its header, would hold events back.
        response.setHeader("Cache-Control", "no-store, no-transform");
        response.setHeader("X-Accel-Buffering", "no");
        // By two or three of these without a word a client knows that the stream is dead.
        response.setHeader("SSE-Heartbeat", Long.toString(heartbeat.toMillis()));
    }
}
