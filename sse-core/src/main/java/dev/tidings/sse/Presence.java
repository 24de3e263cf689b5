package dev.tidings.sse;

import java.util.Map;

/**
 * Who is subscribed to a topic, over all nodes.
 *
 * @param connections how many connections each principal has
 * @param anonymous how many connections have no principal
 */
public record Presence(Map<String, Integer> connections, int anonymous) {

    /** Copies the map. */
    public Presence {
        connections = Map.copyOf(connections);
    }

    /** Tells whether a principal has a connection. */
    public boolean isPresent(String principal) {
        return connections.containsKey(principal);
    }
}
