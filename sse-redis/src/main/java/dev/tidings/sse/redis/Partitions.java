package dev.tidings.sse.redis;

import dev.tidings.sse.Topic;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Topics are dealt out to {@value #COUNT} partitions, each of which lies in one slot of a cluster. So what belongs to one
 * partition can be touched, and subscribed to, by one command, and the masters of a cluster get even shares. The number
 * is part of every key's meaning and never changes.
 */
final class Partitions {

    static final int COUNT = 256;

    private static final int GROUP_PARTITIONS = 16;
    private static final int SLOTS = 16384;
    private static final String[] TAGS = tags();

    private Partitions() {}

    /** Returns the partition of a topic. */
    static int of(Topic topic) {
        return (int) (crc(topic.name()) % COUNT);
    }

    /** Returns the partition of a group of leases. These share fewer, in each of which a node gives signs of life. */
    static int ofGroup(String group) {
        return (int) (crc(group) % GROUP_PARTITIONS) * (COUNT / GROUP_PARTITIONS);
    }

    /** Returns what stands in the braces of a partition's keys. */
    static String tag(int partition) {
        return TAGS[partition];
    }

    /** Returns the slot of a partition's keys. */
    static int slot(int partition) {
        return JedisClusterCRC16.getSlot(TAGS[partition]);
    }

    private static long crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private static String[] tags() {
        String[] tags = new String[COUNT];
        for (int partition = 0; partition < COUNT; partition++) {
            tags[partition] = evenTag(partition);
        }
        return tags;
    }

    /** The shortest of p, p.1, p.2 and so on whose slot lies in the p-th of {@value #COUNT} equal ranges. */
    private static String evenTag(int partition) {
        String tag = Integer.toString(partition);
        for (int i = 1; JedisClusterCRC16.getSlot(tag) * COUNT / SLOTS != partition; i++) {
            tag = partition + "." + i;
        }
        return tag;
    }
}
