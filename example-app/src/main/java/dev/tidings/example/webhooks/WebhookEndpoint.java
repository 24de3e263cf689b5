package dev.tidings.example.webhooks;

import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Handler;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** The webhooks of the bot: whatever they say, they are signed and answered alike. */
public final class WebhookEndpoint {

    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final StandardWebhooks verifier;
    private final Runnable committed;
    private final Consumer<String> counted;

    /**
     * Creates the endpoint.
     *
     * @param committed told after each transaction that has written an event
     * @param counted told of each webhook what became of it, in one of a few words
     */
    public WebhookEndpoint(StandardWebhooks verifier, Runnable committed, Consumer<String> counted) {
        this.verifier = verifier;
        this.committed = committed;
        this.counted = counted;
    }

    /**
     * Returns what answers a webhook.
     *
     * @param parse reads the JSON of the body; throws an IllegalArgumentException whose message is meant for the sender
     * @param store stores what was read, under the id of the webhook
     */
    public <P> Handler receive(Function<String, P> parse, BiFunction<String, P, Outcome> store) {
        return (request, response) -> {
            byte[] body = RequestBody.read(request, MAX_BODY_BYTES);
            String id = verify(request, body); // before a single byte is interpreted
            Outcome outcome = store.apply(id, parse(parse, body));
            committed.run();
            String status = outcome.name().toLowerCase(Locale.ROOT);
            counted.accept(status);
            Answer.json(response, HttpServletResponse.SC_ACCEPTED, new Receipt(status));
        };
    }

    private String verify(HttpServletRequest request, byte[] body) {
        try {
            return verifier.verify(request::getHeader, body);
        } catch (InvalidSignatureException e) {
            counted.accept("forged");
            throw Problem.of(401, e);
        }
    }

    private <P> P parse(Function<String, P> parse, byte[] body) {
        try {
            return parse.apply(RequestBody.utf8(body));
        } catch (IllegalArgumentException e) {
            counted.accept("malformed");
            throw Problem.of(400, e);
        }
    }

    private record Receipt(String status) {}
}
