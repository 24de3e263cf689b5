package dev.tidings.example.notifications;

import dev.tidings.example.db.Database;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.User;
import dev.tidings.example.identity.Users;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import dev.tidings.example.web.WebServer;
import dev.tidings.example.webhooks.WebhookEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** A user's notifications. */
public final class NotificationsEndpoint {

    private static final int MAX_BODY_BYTES = 1024;

    private final Sessions sessions;
    private final NotificationStore store;
    private final Runnable committed;

    /**
     * Creates the endpoint.
     *
     * @param committed told after each transaction that has written an event
     */
    public NotificationsEndpoint(Database database, Users users, Sessions sessions, Outbox outbox, Runnable committed) {
        this.sessions = sessions;
        this.store = new NotificationStore(database, users, outbox);
        this.committed = committed;
    }

    /** Adds what is answered here. */
    public void routes(WebServer server, WebhookEndpoint webhooks) {
        server.get("/api/notifications", this::list);
        server.post("/api/notifications/read", this::markRead);
        server.post("/api/webhooks/" + Notification.TYPE, webhooks.receive(NotificationPayload::parse, store::store));
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<Notification> all = store.of(user(request));
        long unread = all.stream().filter(Notification::unread).count();
        Answer.json(response, 200, new Listing(unread, all));
    }

    private void markRead(HttpServletRequest request, HttpServletResponse response) throws IOException {
        User user = user(request);
        store.markRead(user, upTo(RequestBody.utf8(RequestBody.read(request, MAX_BODY_BYTES))));
        committed.run();
        list(request, response);
    }

    private static long upTo(String body) {
        try {
            return JsonFields.parse(body).only("upTo").integer("upTo");
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }

    private User user(HttpServletRequest request) {
        return sessions.of(request).map(Session::user).orElseThrow(() -> new Problem(401, "sign in first"));
    }

    private record Listing(long unread, List<Notification> notifications) {}
}
