package dev.tidings.sse.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a server says of itself in answer to HELLO.
 *
 * @param isMaster whether it takes writes
 * @param isSharded whether it knows sharded publish and subscribe, as Redis 7 and Valkey do
 */
record ServerState(boolean isMaster, boolean isSharded) {

    static ServerState of(Object hello) {
        Map<String, String> facts = new HashMap<>();
        List<?> list = (List<?>) hello;
        for (int i = 0; i + 1 < list.size(); i += 2) {
            facts.put(Answers.text(list.get(i)), Answers.text(list.get(i + 1)));
        }
        String version = Objects.requireNonNullElse(facts.get("version"), "0");
        int major = Integer.parseInt(version.substring(0, Math.max(1, version.indexOf('.'))));
        return new ServerState("master".equals(facts.get("role")), major >= 7);
    }
}
