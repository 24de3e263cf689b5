package dev.tidings.example.demo;

import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildStore;
import dev.tidings.example.identity.Session;
import dev.tidings.example.identity.Sessions;
import dev.tidings.example.json.Json;
import dev.tidings.example.web.Answer;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.Text;
import dev.tidings.example.webhooks.StandardWebhooks;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Stands in for Discord's consent page. Whoever agrees gets what Discord and the bot would do: a webhook, really signed,
 * which this application sends to itself over HTTP.
 */
public final class ConsentEndpoint {

    private static final Logger LOGGER = System.getLogger(ConsentEndpoint.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(30); // nobody waits for it
    private static final Duration BOT_JOINS_AFTER = Duration.ofSeconds(1);

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
        Guild guild = guilds.find(session.user().id(), checked(guildId))
                .orElseThrow(() -> new Problem(404, "there is no such guild among yours"));
        sendSoon(Map.of(
                "guildId",
                guild.id(),
                "guildName",
                guild.name(),
                "ownerId",
                session.user().discordId()));
        Answer.seeOther(response, "/guilds");
    }

    private static String checked(String guildId) {
        try {
            return Text.checkId("form field guild", guildId);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }

    /** A bot joins some moments after its user has agreed, and by then the page is there to show it. */
    private void sendSoon(Map<String, String> payload) {
        byte[] body = Json.write(payload).getBytes(StandardCharsets.UTF_8);
        CompletableFuture.delayedExecutor(BOT_JOINS_AFTER.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> send(signed(body)));
    }

    private void send(HttpRequest webhook) {
        try {
            int status = client.send(webhook, BodyHandlers.discarding()).statusCode();
            if (status != HttpServletResponse.SC_ACCEPTED) {
                LOGGER.log(Level.WARNING, "The demo webhook was answered with {0}", status);
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "The demo webhook could not be sent: {0}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest signed(byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(ownAddress.get().resolve("/api/webhooks/guild-joined"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signer.sign("msg_" + UUID.randomUUID(), body).forEach(request::header);
        return request.build();
    }
}
