package dev.tidings.sse.redis;

import dev.tidings.sse.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The names of keys and channels. They hold the version of the frame format: nodes that write another one do not meet.
 *
 * @param prefix the application's
 * @param database part of channels only, since these are common to all databases of a server
 */
record Keys(String prefix, int database) {

    private static final String VERSION = "1";

    Keys {
        Objects.requireNonNull(prefix, "prefix");
    }

    byte[] log(Topic topic) {
        return bytes(key(Partitions.of(topic)) + "t:" + topic.name());
    }

    byte[] idempotency(Topic topic, String key) {
        return bytes(key(Partitions.of(topic)) + "i:" + topic.name() + " " + key); // no topic holds a space
    }

    byte[] group(String group) {
        return bytes(key(Partitions.ofGroup(group)) + "g:" + group);
    }

    /** Returns the key of the nodes that hold leases in a partition. */
    byte[] nodes(int partition) {
        return bytes(key(partition) + "n");
    }

    String channel(Topic topic) {
        return channel(Partitions.of(topic)) + "t:" + topic.name();
    }

    /** Returns the channel on which a node hears itself, in a partition's slot. */
    String probe(int partition, String node) {
        return channel(partition) + "p:" + node;
    }

    private String key(int partition) {
        return prefix + ":" + VERSION + ":{" + Partitions.tag(partition) + "}:";
    }

    private String channel(int partition) {
        return prefix + ":" + VERSION + "." + database + ":{" + Partitions.tag(partition) + "}:";
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
