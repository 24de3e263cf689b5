package dev.tidings.example.json;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A JSON object that is passed on as it came, character by character: numbers keep their digits, and keys their order.
 *
 * @param text a valid JSON object
 */
public record RawJson(@JsonValue @JsonRawValue String text) {

    /**
     * Checks the text.
     *
     * @throws MalformedJsonException if it is not one JSON object
     */
    public RawJson {
        JsonFields.parse(text);
    }

    /** Tells the size only: what is inside is not for logs. */
    @Override
    public String toString() {
        return "RawJson[" + text.length() + " characters]";
    }
}
