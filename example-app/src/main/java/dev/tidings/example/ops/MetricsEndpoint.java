package dev.tidings.example.ops;

import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET /metrics}. */
final class MetricsEndpoint {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final AppMetrics metrics;
    private final OutboxMetrics outbox;
    private final @Nullable String token;

    /**
     * Creates the endpoint.
     *
     * @param token what a scraper must bring, or null for nothing
     */
    MetricsEndpoint(AppMetrics metrics, OutboxMetrics outbox, @Nullable String token) {
        this.metrics = metrics;
        this.outbox = outbox;
        this.token = token;
    }

    void scrape(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (token != null && !isRight(token, request.getHeader("Authorization"))) {
            response.setHeader("WWW-Authenticate", "Bearer");
            throw new Problem(401, "a header Authorization: Bearer with METRICS_TOKEN is needed");
        }
        outbox.refresh();
        Answer.text(response, TEXT, metrics.scrape());
    }

    /** In a time that says nothing about where they differ. */
    private static boolean isRight(String token, @Nullable String given) {
        byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        return given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }
}
