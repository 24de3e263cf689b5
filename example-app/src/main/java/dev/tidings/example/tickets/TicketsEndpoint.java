package dev.tidings.example.tickets;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.identity.User;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Handler;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import dev.tidings.example.web.WebServer;
import dev.tidings.example.webhooks.WebhookEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tickets of the guilds to whose staff one belongs: to see, to claim, to close. */
public final class TicketsEndpoint {

    private static final int MAX_BODY_BYTES = 1024;
    private static final Pattern TICKET = Pattern.compile("/([^/]+)/([^/]+)");

    private final Sessions sessions;
    private final TicketDesk desk;
    private final Runnable committed;

    /**
     * Creates the endpoint.
     *
     * @param committed told after each transaction that has written an event
     */
    public TicketsEndpoint(Database database, Sessions sessions, GuildStore guilds, Outbox outbox, Runnable committed) {
        this.sessions = sessions;
        this.desk = new TicketDesk(database, guilds, outbox);
        this.committed = committed;
    }

    /** Adds what is answered here. */
    public void routes(WebServer server, WebhookEndpoint webhooks) {
        server.get("/api/tickets", this::list);
        server.post("/api/tickets/*", this::change);
        for (TicketEventType type : TicketEventType.values()) {
            Handler storing = webhooks.receive(TicketPayload::parse, (id, payload) -> desk.store(type, id, payload));
            server.post("/api/webhooks/" + type.wireName(), storing);
        }
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        User user = user(request);
        Answer.json(response, 200, new Listing(desk.visibleTo(user, request.getParameter("guild"))));
    }

    private void change(HttpServletRequest request, HttpServletResponse response) throws IOException {
        User user = user(request);
        Matcher path = TICKET.matcher(String.valueOf(request.getPathInfo()));
        if (!path.matches()) {
            throw new Problem(404, "a ticket is at /api/tickets/GUILD/TICKET");
        }
        Ticket changed = change(user, action(request), path.group(1), path.group(2));
        committed.run();
        Answer.json(response, 200, changed);
    }

    private Ticket change(User user, String action, String guildId, String ticketId) {
        return switch (action) {
            case "claim" -> desk.claim(user, guildId, ticketId);
            case "close" -> desk.close(user, guildId, ticketId);
            default -> throw new Problem(400, "action must be claim or close");
        };
    }

    private static String action(HttpServletRequest request) throws IOException {
        String body = RequestBody.utf8(RequestBody.read(request, MAX_BODY_BYTES));
        try {
            return JsonFields.parse(body).only("action").string("action");
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }

    private User user(HttpServletRequest request) {
        return sessions.of(request).map(Session::user).orElseThrow(() -> new Problem(401, "sign in first"));
    }

    private record Listing(List<Ticket> tickets) {}
}
