package dev.tidings.sse.redis;

import java.time.Duration;

/**
 * Knows whom to ask who the masters are. The one place where a single server, sentinels and a cluster differ.
 *
 * <p>Called by one thread at a time.
 */
interface Topology extends AutoCloseable {

    /**
     * Asks. Blocks.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if nobody answers
     */
    Layout discover();

    /** Returns how often to ask although nothing seems to be wrong. */
    Duration interval();

    @Override
    void close();

    /** Returns the topology that a URI speaks of. */
    static Topology of(RedisSettings settings, Connector connector) {
        RedisUri uri = settings.uri();
        return switch (uri.kind()) {
            case STANDALONE -> new SingleServer(uri.hosts().get(0));
            case SENTINEL -> new Sentinels(uri, connector);
            case CLUSTER -> new Cluster(uri, connector);
        };
    }
}
