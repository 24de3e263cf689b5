package dev.tidings.example.hostile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One good body of each kind of webhook. */
enum WebhookSample {
    GUILD(
            "guild-joined",
            Map.of(
                    "guildId", "\"7\"",
                    "guildName", "\"Night Owls\"",
                    "ownerId", "\"alice\"",
                    "metadata", "{\"changedBy\":\"bob\"}")),
    TICKET(
            "ticket-created",
            Map.of(
                    "guildId", "\"7\"",
                    "ticketId", "\"t1\"",
                    "subject", "\"Help\"",
                    "status", "\"open\"",
                    "openedBy", "\"bob\"",
                    "metadata", "{\"newState\":{\"x\":1}}")),
    NOTIFICATION("notification", Map.of("userId", "\"alice\"", "title", "\"News\"", "text", "\"Some\""));

    private final String type;
    private final Map<String, String> fields;

    WebhookSample(String type, Map<String, String> fields) {
        this.type = type;
        this.fields = fields;
    }

    String type() {
        return type;
    }

    List<String> fields() {
        return fields.keySet().stream().sorted().toList();
    }

    String json() {
        return json(fields);
    }

    String with(String field, String value) {
        Map<String, String> changed = new LinkedHashMap<>(fields);
        changed.put(field, value);
        return json(changed);
    }

    String without(String field) {
        Map<String, String> changed = new LinkedHashMap<>(fields);
        changed.remove(field);
        return json(changed);
    }

    private static String json(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
