package dev.tidings.example.json;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The fields of one JSON object: strings and numbers to use, nested objects as raw text to pass on. */
public final class JsonFields {

    private final Map<String, Field> fields;

    private JsonFields(Map<String, Field> fields) {
        this.fields = fields;
    }

    /**
     * Reads one JSON object, and nothing after it.
     *
     * @throws MalformedJsonException if there is anything else, a duplicate key, or too deep a nesting
     */
    public static JsonFields parse(String json) {
        return parse(json, JsonToken.START_OBJECT, "object", parser -> fields(parser, json));
    }

    /**
     * Reads one JSON array of objects, and nothing after it.
     *
     * @throws MalformedJsonException if there is anything else, a duplicate key, or too deep a nesting
     */
    public static List<JsonFields> parseAll(String json) {
        return parse(json, JsonToken.START_ARRAY, "array", parser -> {
            List<JsonFields> all = new ArrayList<>();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                all.add(fields(parser, json));
            }
            if (parser.currentToken() != JsonToken.END_ARRAY) {
                throw new MalformedJsonException("the JSON array must hold objects only");
            }
            return all;
        });
    }

    private static <T> T parse(String json, JsonToken start, String what, Function<JsonParser, T> rest) {
        try (JsonParser parser = Json.MAPPER.createParser(json)) {
            if (parser.nextToken() != start) {
                throw new MalformedJsonException("the JSON must be an " + what);
            }
            T result = rest.apply(parser);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("there is something after the JSON " + what);
            }
            return result;
        } catch (JacksonException e) {
            throw new MalformedJsonException("the JSON is malformed" + where(e) + oneLine(e.getOriginalMessage()));
        }
    }

    private static JsonFields fields(JsonParser parser, String json) {
        Map<String, Field> fields = new HashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            fields.put(name, read(parser, json));
        }
        return new JsonFields(fields);
    }

    private static Field read(JsonParser parser, String json) {
        JsonToken token = parser.nextToken();
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        if (token == JsonToken.VALUE_STRING) {
            return new Field(token, parser.getString());
        }
        if (token.isNumeric()) {
            return new Field(token, parser.getString());
        }
        return new Field(
                token, json.substring(start, (int) parser.currentLocation().getCharOffset()));
    }

    /**
     * Returns a string.
     *
     * @throws MalformedJsonException if the field is missing or not a string
     */
    public String string(String name) {
        return required(name, "a string", JsonToken.VALUE_STRING);
    }

    /**
     * Returns a string, or null if there is none.
     *
     * @throws MalformedJsonException if the field is something else
     */
    public @Nullable String stringOrNull(String name) {
        return isAbsent(name) ? null : string(name);
    }

    /**
     * Returns a truth value.
     *
     * @throws MalformedJsonException if the field is missing or something else
     */
    public boolean bool(String name) {
        Field field = fields.get(name);
        if (field == null) {
            throw new MalformedJsonException(name + " is missing");
        }
        if (field.token() != JsonToken.VALUE_TRUE && field.token() != JsonToken.VALUE_FALSE) {
            throw new MalformedJsonException(name + " must be true or false");
        }
        return field.token() == JsonToken.VALUE_TRUE;
    }

    /** Tells whether a field is missing, or null. */
    public boolean isAbsent(String name) {
        Field field = fields.get(name);
        return field == null || field.token() == JsonToken.VALUE_NULL;
    }

    /**
     * Makes sure that there is no field but these: for what a page of ours sends, where another one is a mistake.
     *
     * @throws MalformedJsonException if there is one
     */
    public JsonFields only(String... names) {
        Set<String> unknown = new TreeSet<>(fields.keySet());
        List.of(names).forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new MalformedJsonException("there is more than " + String.join(", ", names));
        }
        return this;
    }

    /**
     * Returns a whole number.
     *
     * @throws MalformedJsonException if the field is missing, not a whole number, or too large
     */
    public long integer(String name) {
        String digits = required(name, "a whole number", JsonToken.VALUE_NUMBER_INT);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new MalformedJsonException(name + " is too large");
        }
    }

    /**
     * Returns the fields of an object.
     *
     * @throws MalformedJsonException if the field is missing or not an object
     */
    public JsonFields fields(String name) {
        return parse(required(name, "an object", JsonToken.START_OBJECT));
    }

    /**
     * Returns an object as it came, or null if there is none.
     *
     * @throws MalformedJsonException if the field is something else
     */
    public @Nullable RawJson object(String name) {
        return fields.containsKey(name) ? new RawJson(required(name, "an object", JsonToken.START_OBJECT)) : null;
    }

    private String required(String name, String what, JsonToken token) {
        Field field = fields.get(name);
        if (field == null) {
            throw new MalformedJsonException(name + " is missing");
        }
        if (field.token() != token) {
            throw new MalformedJsonException(name + " must be " + what);
        }
        return field.text();
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null
                ? ": "
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ": ";
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s+", " ");
    }

    private record Field(JsonToken token, String text) {}
}
