package dev.tidings.example.guilds;

/**
 * A guild as one user sees it.
 *
 * @param id Discord's id
 * @param name what it is called
 * @param installed whether the bot is in it
 * @param configured whether the bot is set up there
 */
public record Guild(String id, String name, boolean installed, boolean configured) {

    /** A guild in which the bot is not. */
    public static Guild withoutBot(String id, String name) {
        return new Guild(id, name, false, false);
    }

    /** Returns this guild after something happened to it. */
    Guild after(GuildEvent event) {
        return switch (event.type()) {
            case GUILD_JOINED, SETTINGS_UPDATED -> new Guild(id, event.guildName(), true, configured);
            case GUILD_LEFT -> withoutBot(id, event.guildName());
            case BOT_CONFIGURED -> new Guild(id, event.guildName(), true, true);
        };
    }
}
