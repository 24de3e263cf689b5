package dev.tidings.example.preferences;

import dev.tidings.example.json.Json;
import dev.tidings.example.json.JsonFields;
import dev.tidings.sse.Event;
import java.util.Set;

/**
 * How a user wants the pages to look.
 *
 * @param version counts the changes: whoever changes anything says which version they have seen
 * @param theme {@code system}, {@code light} or {@code dark}
 * @param compact whether lists are narrow
 */
record Preferences(long version, String theme, boolean compact) {

    private static final Set<String> THEMES = Set.of("system", "light", "dark");

    /** Those of somebody who has not said anything. */
    static final Preferences DEFAULT = new Preferences(0, "system", false);

    static final String UPDATED = "preferences-updated";

    /**
     * Checks the theme.
     *
     * @throws IllegalArgumentException if there is no such theme
     */
    Preferences {
        if (!THEMES.contains(theme)) {
            throw new IllegalArgumentException("theme must be system, light or dark");
        }
    }

    /**
     * Reads what a page wants instead of these.
     *
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    static Preferences parse(long version, String json) {
        JsonFields fields = JsonFields.parse(json).only("theme", "compact");
        return new Preferences(version, fields.string("theme"), fields.bool("compact"));
    }

    /** As HTTP names a version. */
    String etag() {
        return "\"" + version + "\"";
    }

    /** What the other tabs and devices are told. */
    Event toEvent(long timestamp) {
        return Event.of(UPDATED, Json.write(new Wire(UPDATED, version, theme, compact, timestamp)));
    }

    private record Wire(String type, long version, String theme, boolean compact, long timestamp) {}
}
