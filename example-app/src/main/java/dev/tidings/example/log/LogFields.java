package dev.tidings.example.log;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a line of the log says beside its message, in order. Given as the one parameter of a message that ends with
 * {@code {0}}, so that any formatter writes them.
 *
 * <pre>{@code
 * LOGGER.log(Level.INFO, "stream ended {0}", new LogFields().with("stream", id).with("reason", reason));
 * }</pre>
 */
public final class LogFields {

    private final Map<String, String> fields = new LinkedHashMap<>();

    /** Adds a field; one without a value is left out. */
    public LogFields with(String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
        return this;
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        fields.forEach((name, value) ->
                line.append(line.isEmpty() ? "" : " ").append(name).append('=').append(LogText.value(value)));
        return line.toString();
    }
}
