package dev.tidings.example.demo;

import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.json.Json;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import dev.tidings.example.webhooks.StandardWebhooks;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Stands in for Discord's consent page. Whoever agrees gets what Discord and the bot would do: a webhook, really signed,
 * which this application sends to itself over HTTP.
 */
public final class ConsentEndpoint {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Sessions sessions;
    private final GuildStore guilds;
    private final StandardWebhooks signer;
    private final Supplier<URI> ownAddress;

    /** Creates the endpoint. */
    public ConsentEndpoint(Sessions sessions, GuildStore guilds, StandardWebhooks signer, Supplier<URI> ownAddress) {
        this.sessions = sessions;
        this.guilds = guilds;
        this.signer = signer;
        this.ownAddress = ownAddress;
    }

    /** Answers {@code POST /demo/consent}: the user agrees that the bot joins a guild. */
    public void agree(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Session session = sessions.of(request).orElseThrow(() -> new Problem(401, "sign in first"));
        String guildId = request.getParameter("guild");
        if (guildId == null) {
            throw new Problem(400, "form field guild is missing");
        }
        Guild guild = guilds.find(session.user().id(), guildId)
                .orElseThrow(() -> new Problem(404, "there is no such guild among yours"));
        int status = send(Map.of(
                "guildId",
                guild.id(),
                "guildName",
                guild.name(),
                "ownerId",
                session.user().discordId()));
        if (status != HttpServletResponse.SC_ACCEPTED) {
            throw new Problem(502, "the webhook was answered with " + status);
        }
        Answer.seeOther(response, "/guilds");
    }

    private int send(Map<String, String> payload) throws IOException {
        byte[] body = Json.write(payload).getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(ownAddress.get().resolve("/api/webhooks/guild-joined"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signer.sign("msg_" + UUID.randomUUID(), body).forEach(request::header);
        try {
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "the server is stopping");
        }
    }
}
