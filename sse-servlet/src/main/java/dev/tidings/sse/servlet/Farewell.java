package dev.tidings.sse.servlet;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A whole stream that only says to come back: the answer of a node whose broadcaster is closed already, but which still
 * gets requests. After an error status, a browser's {@code EventSource} would never come back.
 */
final class Farewell {

    private static final int MIN_RETRY_MILLIS = 1000;
    private static final int MAX_RETRY_MILLIS = 5000;

    private Farewell() {}

    static void send(HttpServletResponse response, Duration heartbeat) throws IOException {
        int retry = ThreadLocalRandom.current().nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
        String stream =
                "retry: " + retry + "\nevent: stream.close\ndata: {\"reason\":\"drain\",\"reconnect\":true}\n\n";
        EventStreamHeaders.set(response, heartbeat);
        response.getOutputStream().write(stream.getBytes(StandardCharsets.US_ASCII));
    }
}
