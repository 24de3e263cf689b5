package dev.tidings.sse;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is published: a type and data, as in the WHATWG HTML standard, section 9.2 (where the wire field is
 * {@code event:}; Spring and JAX-RS call it name).
 *
 * <pre>{@code
 * Event joined = Event.of("guild-joined", json);
 * Event status = Event.of("member-status", json).key("member:7").attribute("guild", "42");
 * }</pre>
 *
 * <p>Data is any text. On the wire a line of it is a {@code data:} line, so CR and CRLF arrive as LF, and a lone
 * surrogate, which UTF-8 cannot carry, as U+FFFD.
 *
 * @param type 1 to {@value #MAX_TYPE_LENGTH} characters without CR, LF and NUL, not starting with {@code stream.}, which
 *     is the prefix of control events
 * @param data the text that the page receives, JSON as a rule
 * @param key what this event is about, for topics that conflate: a later entry of the same key supersedes it
 * @param attributes for filters on the server; never sent to a browser. They count as part of the event's size
 */
public record Event(String type, String data, @Nullable String key, Map<String, String> attributes) {

    /** The longest type, in characters. */
    public static final int MAX_TYPE_LENGTH = 128;

    /** The longest key, in characters. */
    public static final int MAX_KEY_LENGTH = 256;

    private static final String CONTROL_PREFIX = "stream.";

    /**
     * Checks every part and copies the attributes.
     *
     * @throws IllegalArgumentException if the type or the key could break the framing, is too long, or is reserved
     */
    public Event {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(data, "data");
        attributes = Map.copyOf(attributes);
        checkLine("type", type, MAX_TYPE_LENGTH);
        if (type.startsWith(CONTROL_PREFIX)) {
            throw new IllegalArgumentException(
                    "type must not start with '" + CONTROL_PREFIX + "', was " + Printable.quote(type));
        }
        if (key != null) {
            checkLine("key", key, MAX_KEY_LENGTH);
        }
    }

    /**
     * Returns an event without key and attributes.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public static Event of(String type, String data) {
        return new Event(type, data, null, Map.of());
    }

    /**
     * Returns this event with a conflation key.
     *
     * @throws IllegalArgumentException if the key is empty, too long, or holds CR, LF or NUL
     */
    public Event key(String newKey) {
        return new Event(type, data, Objects.requireNonNull(newKey, "key"), attributes);
    }

    /** Returns this event with one more attribute, which filters see and browsers do not. */
    public Event attribute(String name, String value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Map<String, String> more = new HashMap<>(attributes);
        more.put(name, value);
        return new Event(type, data, key, more);
    }

    /** Names the type and the sizes, not the data: an event in a log line or an exception must not leak it. */
    @Override
    public String toString() {
        return "Event[type=" + type + ", data=" + data.length() + " characters]";
    }

    private static void checkLine(String what, String value, int longest) {
        if (value.isEmpty() || value.length() > longest) {
            throw new IllegalArgumentException(
                    what + " must have 1 to " + longest + " characters, had " + value.length());
        }
        if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException(what + " must not hold CR, LF or NUL, was " + Printable.quote(value));
        }
    }
}
