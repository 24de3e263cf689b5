package dev.tidings.sse.redis;

import dev.tidings.sse.Topic;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * The events that wait for one topic's log, in order. At any time at most one link has a lane, so that whatever happens to
 * the first of its events is known before a later one goes another way.
 */
final class Lane {

    final Topic topic;
    final int partition;
    final byte[] log;
    final byte[] channel;

    /** Guarded by the queue. */
    final Deque<PendingAppend> waiting = new ArrayDeque<>(2);

    // Touched by whoever has the lane.
    final Backoff backoff = new Backoff();
    private @Nullable HostAndPort detour;

    Lane(Topic topic, Keys keys) {
        this.topic = topic;
        this.partition = Partitions.of(topic);
        this.log = keys.log(topic);
        this.channel = Connector.ascii(keys.channel(topic));
    }

    /** Returns where a master said that this log is being moved to, null as a rule. */
    @Nullable
    HostAndPort detour() {
        return detour;
    }

    void detour(@Nullable HostAndPort newDetour) {
        detour = newDetour;
    }
}
