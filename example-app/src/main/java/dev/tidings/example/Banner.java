package dev.tidings.example;

import dev.tidings.example.discord.DiscordIdentity;
import dev.tidings.example.webhooks.WebhookSecret;
import java.net.URI;

/** What is printed once the application runs: where to look, and what to try. */
final class Banner {

    private Banner() {}

    static String text(Config config, URI address, URI publicUrl, WebhookSecret secret) {
        StringBuilder text = new StringBuilder();
        text.append("\nTidings' example application runs: ").append(address).append('\n');
        text.append(identity(config, publicUrl)).append('\n');
        if (config.databaseUrl() == null) {
            text.append("Data is in memory and lost at exit. DATABASE_URL=jdbc:h2:./tidings keeps it in a file.\n");
        }
        if (config.webhookSecrets().isEmpty()) {
            text.append(
                    config.discord() == null
                            ? "Sign in as alice, then paste this into a terminal: a signed webhook, and her page updates.\n\n"
                            : "Paste this into a terminal, with your Discord id as ownerId: a signed webhook.\n\n");
            text.append(curl(address, secret)).append('\n');
        } else {
            text.append("Webhooks must be signed with WEBHOOK_SECRET.\n");
        }
        return text.toString();
    }

    private static String identity(Config config, URI publicUrl) {
        if (config.discord() == null) {
            return "Sign in under any name. This is the demo identity: it listens to this machine only, and nothing may pass on"
                    + " requests of others to it, who could sign in as anybody.";
        }
        return "Discord vouches for users. In its developer portal application "
                + config.discord().clientId() + " must have the redirect " + DiscordIdentity.redirect(publicUrl)
                + (config.discord().publicKey() == null
                        ? "\nDISCORD_PUBLIC_KEY is unset: Discord's webhook events are not taken."
                        : "\nIts webhook events go to " + publicUrl + "/api/webhooks/discord");
    }

    /** Shown for a random secret only: it is gone with this process. */
    private static String curl(URI address, WebhookSecret secret) {
        return "id=msg_$(openssl rand -hex 8); ts=$(date +%s);"
                + " body='{\"guildId\":\"7\",\"guildName\":\"Night Owls\",\"ownerId\":\"alice\"}';"
                + " sig=$(printf '%s' \"$id.$ts.$body\""
                + " | openssl dgst -sha256 -mac HMAC -macopt hexkey:" + secret.hex() + " -binary | openssl base64 -A);"
                + " curl -sSi " + address + "/api/webhooks/guild-joined"
                + " -H \"webhook-id: $id\" -H \"webhook-timestamp: $ts\" -H \"webhook-signature: v1,$sig\""
                + " -H 'Content-Type: application/json' -d \"$body\"";
    }
}
