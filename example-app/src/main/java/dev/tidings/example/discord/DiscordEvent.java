package dev.tidings.example.discord;

import dev.tidings.example.guilds.Guild;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.MalformedJsonException;

/** What one of Discord's webhook events says, as far as it concerns us. */
sealed interface DiscordEvent {

    /** Somebody has let this application into a guild. */
    record Installed(DiscordUser user, Guild guild) implements DiscordEvent {}

    /** Somebody has taken back what they had let this application do. */
    record Deauthorized(DiscordUser user) implements DiscordEvent {}

    /** A greeting, or something that we do nothing about. */
    record Other() implements DiscordEvent {}

    /**
     * Reads a body. What is not known is left alone, since Discord may learn to say more.
     *
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    static DiscordEvent parse(String json, String applicationId) {
        JsonFields fields = JsonFields.parse(json);
        if (!fields.string("application_id").equals(applicationId)) {
            throw new MalformedJsonException("application_id is of another application");
        }
        long type = fields.integer("type");
        if (type == 0) {
            return new Other(); // PING
        }
        if (type != 1) {
            throw new MalformedJsonException("type must be 0 or 1");
        }
        JsonFields event = fields.fields("event");
        return switch (event.string("type")) {
            case "APPLICATION_AUTHORIZED" -> authorized(event.fields("data"));
            case "APPLICATION_DEAUTHORIZED" ->
                new Deauthorized(DiscordUser.of(event.fields("data").fields("user")));
            default -> new Other();
        };
    }

    private static DiscordEvent authorized(JsonFields data) {
        DiscordUser user = DiscordUser.of(data.fields("user"));
        boolean intoGuild = !data.isAbsent("integration_type") && data.integer("integration_type") == 0;
        if (!intoGuild) {
            return new Other(); // for themselves only, or by signing in
        }
        JsonFields guild = data.fields("guild");
        return new Installed(user, Guild.withoutBot(DiscordUser.id(guild), DiscordGuild.name(guild)));
    }
}
