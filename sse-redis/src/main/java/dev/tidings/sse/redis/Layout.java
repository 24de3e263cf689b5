package dev.tidings.sse.redis;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Which master serves which partition, at one moment.
 *
 * @param masters by partition; null where nobody does
 */
record Layout(List<@Nullable HostAndPort> masters) {

    /** Nothing is known yet. */
    static final Layout NONE = new Layout(Collections.nCopies(Partitions.COUNT, null));

    /** Returns the layout of a single master. */
    static Layout of(HostAndPort master) {
        return new Layout(Collections.nCopies(Partitions.COUNT, master));
    }

    /** Returns who serves a partition, null if nobody does. */
    @Nullable
    HostAndPort master(int partition) {
        return masters.get(partition);
    }

    /** Returns all masters that serve something. */
    Set<HostAndPort> all() {
        Set<HostAndPort> all = new LinkedHashSet<>(masters);
        all.remove(null);
        return all;
    }
}
