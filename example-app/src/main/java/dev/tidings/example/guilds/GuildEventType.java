package dev.tidings.example.guilds;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can happen to a guild. */
public enum GuildEventType {
    /** The bot was installed. */
    GUILD_JOINED,
    /** The bot was removed. */
    GUILD_LEFT,
    /** The bot was set up. */
    BOT_CONFIGURED,
    /** Settings, or the guild's name, changed. */
    SETTINGS_UPDATED;

    /** The name on the wire and in the webhooks' paths, such as {@code guild-joined}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Finds a type by its name on the wire. */
    public static Optional<GuildEventType> ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }
}
