package dev.tidings.example.webhooks;

import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Handler;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Consumer;

/** The webhooks of the bot: one path per type of event. */
public final class WebhookEndpoint {

    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final StandardWebhooks verifier;
    private final WebhookInbox inbox;
    private final Runnable committed;
    private final Consumer<String> counted;
    private final Clock clock = Clock.systemUTC();

    /**
     * Creates the endpoint.
     *
     * @param committed told after each transaction that has written an event
     * @param counted told of each webhook what became of it, in one of a few words
     */
    public WebhookEndpoint(
            StandardWebhooks verifier, WebhookInbox inbox, Runnable committed, Consumer<String> counted) {
        this.counted = counted;
        this.verifier = verifier;
        this.inbox = inbox;
        this.committed = committed;
    }

    /** Returns what answers {@code POST /api/webhooks/<type>}. */
    public Handler receive(GuildEventType type) {
        return (request, response) -> receive(type, request, response);
    }

    private void receive(GuildEventType type, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        byte[] body = RequestBody.read(request, MAX_BODY_BYTES);
        String id = verify(request, body); // before a single byte is interpreted
        WebhookPayload payload = parse(body);
        WebhookInbox.Outcome outcome = inbox.store(id, payload.ownerId(), payload.event(type, clock.millis()));
        committed.run();
        String status = outcome.name().toLowerCase(Locale.ROOT);
        counted.accept(status);
        Answer.json(response, HttpServletResponse.SC_ACCEPTED, new Receipt(status));
    }

    private String verify(HttpServletRequest request, byte[] body) {
        try {
            return verifier.verify(request::getHeader, body);
        } catch (InvalidSignatureException e) {
            counted.accept("forged");
            throw Problem.of(401, e);
        }
    }

    private WebhookPayload parse(byte[] body) {
        try {
            return WebhookPayload.parse(RequestBody.utf8(body));
        } catch (IllegalArgumentException e) {
            counted.accept("malformed");
            throw Problem.of(400, e);
        }
    }

    private record Receipt(String status) {}
}
