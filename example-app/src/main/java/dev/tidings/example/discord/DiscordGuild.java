package dev.tidings.example.discord;

import dev.tidings.example.guilds.Guild;
import dev.tidings.example.guilds.GuildEvent;
import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.MalformedJsonException;
import dev.tidings.example.web.Text;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;

/** Reads Discord's guild objects. */
final class DiscordGuild {

    // https://docs.discord.com/developers/topics/permissions
    private static final BigInteger ADMINISTRATOR = BigInteger.valueOf(0x8);
    private static final BigInteger MANAGE_GUILD = BigInteger.valueOf(0x20);
    private static final Pattern PERMISSIONS = Pattern.compile("[0-9]{1,40}");

    private DiscordGuild() {}

    /**
     * Reads a user's guilds, and returns those that they manage: nobody else can let a bot in.
     *
     * @throws IllegalArgumentException if it is no list of guilds
     */
    static List<Guild> managed(String json) {
        return JsonFields.parseAll(json).stream()
                .filter(DiscordGuild::isManaged)
                .map(fields -> Guild.withoutBot(DiscordUser.id(fields), name(fields)))
                .toList();
    }

    /** Reads the name of a guild. */
    static String name(JsonFields fields) {
        return Text.clean(fields.string("name"), GuildEvent.MAX_NAME_LENGTH, DiscordUser.id(fields));
    }

    private static boolean isManaged(JsonFields fields) {
        String permissions = fields.string("permissions"); // more bits than a number of JSON is sure to keep
        if (!PERMISSIONS.matcher(permissions).matches()) {
            throw new MalformedJsonException("permissions must be digits");
        }
        BigInteger bits = new BigInteger(permissions);
        return fields.bool("owner") || bits.and(ADMINISTRATOR.or(MANAGE_GUILD)).signum() != 0;
    }
}
