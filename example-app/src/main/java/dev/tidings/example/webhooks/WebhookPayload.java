package dev.tidings.example.webhooks;

import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.guilds.GuildEventType;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.RawJson;
import dev.tidings.example.web.Text;
import org.jspecify.annotations.Nullable;

/**
 * What the bot says.
 *
 * @param guildId Discord's id of the guild
 * @param guildName what it is called now
 * @param ownerId Discord's id of its owner
 * @param metadata anything more, passed on as it is
 */
public record WebhookPayload(
        String guildId,
        String guildName,
        String ownerId,
        @Nullable RawJson metadata) {

    /** Checks each part. */
    public WebhookPayload {
        Text.checkId("guildId", guildId);
        Text.check("guildName", guildName, GuildEvent.MAX_NAME_LENGTH);
        Text.check("ownerId", ownerId, Text.MAX_ID_LENGTH);
    }

    /**
     * Reads a body. Fields that are not known are left alone, so that the bot may learn to say more.
     *
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    public static WebhookPayload parse(String json) {
        JsonFields fields = JsonFields.parse(json);
        return new WebhookPayload(
                fields.string("guildId"),
                fields.string("guildName"),
                fields.string("ownerId"),
                fields.object("metadata"));
    }

    GuildEvent event(GuildEventType type, long timestamp) {
        return new GuildEvent(type, guildId, guildName, timestamp, metadata);
    }
}
