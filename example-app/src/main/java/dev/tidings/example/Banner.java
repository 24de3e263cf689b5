package dev.tidings.example;

import dev.tidings.example.webhooks.WebhookSecret;
import java.net.URI;

/** What is printed once the application runs: where to look, and what to try. */
final class Banner {

    private Banner() {}

    static String text(Config config, URI address, WebhookSecret secret) {
        StringBuilder text = new StringBuilder();
        text.append("\nTidings' example application runs: ").append(address).append('\n');
        text.append("Sign in under any name; this is the demo identity, so only this machine can connect.\n");
        if (config.databaseUrl() == null) {
            text.append("Data is in memory and lost at exit. DATABASE_URL=jdbc:h2:./tidings keeps it in a file.\n");
        }
        if (config.webhookSecrets().isEmpty()) {
            text.append(
                    "Sign in as alice, then paste this into a terminal: a signed webhook, and her page updates.\n\n");
            text.append(curl(address, secret)).append('\n');
        } else {
            text.append("Webhooks must be signed with WEBHOOK_SECRET.\n");
        }
        return text.toString();
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
