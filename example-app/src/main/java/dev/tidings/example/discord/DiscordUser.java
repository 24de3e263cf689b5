package dev.tidings.example.discord;

import dev.tidings.example.json.JsonFields;
import dev.tidings.example.json.MalformedJsonException;
import dev.tidings.example.web.Text;
import java.util.regex.Pattern;

/**
 * Somebody, as Discord knows them.
 *
 * @param id Discord's id
 * @param name what to call them
 */
record DiscordUser(String id, String name) {

    private static final int MAX_NAME_LENGTH = 32;
    private static final Pattern ID = Pattern.compile("[0-9]{1,20}");

    /**
     * Reads a user object.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static DiscordUser of(JsonFields fields) {
        String id = id(fields);
        String name = fields.stringOrNull("global_name");
        return new DiscordUser(id, Text.clean(name == null ? fields.string("username") : name, MAX_NAME_LENGTH, id));
    }

    /** Reads the id of a Discord object. */
    static String id(JsonFields fields) {
        String id = fields.string("id");
        if (!ID.matcher(id).matches()) {
            throw new MalformedJsonException("id must be digits");
        }
        return id;
    }
}
