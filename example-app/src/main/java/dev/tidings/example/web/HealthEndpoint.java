package dev.tidings.example.web;

import dev.tidings.example.db.Database;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.spi.Status;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Whether this process lives, and whether it should get requests. */
public final class HealthEndpoint {

    private final Database database;
    private final EventBroadcaster broadcaster;
    private volatile boolean draining;

    /** Creates the endpoint. */
    public HealthEndpoint(Database database, EventBroadcaster broadcaster) {
        this.database = database;
        this.broadcaster = broadcaster;
    }

    /** Tells load balancers to look elsewhere. */
    public void draining() {
        draining = true;
    }

    /** Answers {@code GET /health/live}. */
    public void live(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer.json(response, 200, new Live("up"));
    }

    /** Answers {@code GET /health/ready}. */
    public void ready(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean databaseUp = database.isUp();
        boolean fresh = broadcaster.status() == Status.FRESH;
        boolean ready = databaseUp && fresh && !draining;
        Answer.json(
                response,
                ready ? 200 : 503,
                new Ready(ready ? "up" : "down", databaseUp ? "up" : "down", fresh ? "fresh" : "stale", draining));
    }

    private record Live(String status) {}

    private record Ready(String status, String database, String backplane, boolean draining) {}
}
