package dev.tidings.example.discord;

import dev.tidings.example.db.Database;
import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.identity.SignOut;
import dev.tidings.example.identity.Tokens;
import dev.tidings.example.web.Problem;
import dev.tidings.example.web.RequestBody;
import dev.tidings.example.webhooks.SeenWebhooks;
import dev.tidings.example.webhooks.WebhookInbox;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Discord's own webhook events. Discord sends forged ones on purpose now and then, and takes the address out of service
 * unless they are refused.
 */
final class DiscordWebhooks {

    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final DiscordApp app;
    private final DiscordSignature signature;
    private final Database database;
    private final SeenWebhooks seen = new SeenWebhooks();
    private final WebhookInbox inbox;
    private final DiscordUsers users;
    private final SignOut signOut;
    private final Runnable committed;
    private final Clock clock;

    DiscordWebhooks(
            DiscordApp app,
            DiscordSignature signature,
            Database database,
            WebhookInbox inbox,
            DiscordUsers users,
            SignOut signOut,
            Runnable committed,
            Clock clock) {
        this.app = app;
        this.signature = signature;
        this.database = database;
        this.inbox = inbox;
        this.users = users;
        this.signOut = signOut;
        this.committed = committed;
        this.clock = clock;
    }

    /** Answers {@code POST /api/webhooks/discord}. */
    void receive(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = RequestBody.read(request, MAX_BODY_BYTES);
        String signed = request.getHeader(DiscordSignature.SIGNATURE);
        if (!signature.verifies(signed, request.getHeader(DiscordSignature.TIMESTAMP), body)) {
            // The same words for every reason: nobody learns how close they were.
            throw new Problem(401, "this is not signed by Discord, or not now");
        }
        DiscordEvent event = parse(body);
        // Of the body alone: an event that Discord sends again may be signed anew, and has no id but its own time.
        String id = "discord-" + HexFormat.of().formatHex(Tokens.sha256(body));
        if (event instanceof DiscordEvent.Installed installed) {
            install(id, installed);
        } else if (event instanceof DiscordEvent.Deauthorized deauthorized) {
            deauthorize(id, deauthorized);
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        response.setHeader("Cache-Control", "no-store");
    }

    private DiscordEvent parse(byte[] body) {
        try {
            return DiscordEvent.parse(RequestBody.utf8(body), app.clientId());
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, e);
        }
    }

    private void install(String id, DiscordEvent.Installed installed) {
        Guild guild = installed.guild();
        inbox.store(
                id,
                installed.user().id(),
                new GuildEvent(GuildEventType.GUILD_JOINED, guild.id(), guild.name(), clock.millis(), null));
        committed.run();
    }

    private void deauthorize(String id, DiscordEvent.Deauthorized deauthorized) {
        Optional<String> userId =
                database.inTransaction(tx -> seen.isNew(tx, id, "APPLICATION_DEAUTHORIZED", clock.millis())
                        ? users.deauthorized(tx, deauthorized.user().id())
                        : Optional.empty());
        userId.ifPresent(signOut::endStreams);
        committed.run();
    }
}
