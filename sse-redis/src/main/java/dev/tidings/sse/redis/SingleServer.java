package dev.tidings.sse.redis;

import java.time.Duration;
import redis.clients.jedis.HostAndPort;

/** One server, whose address never changes. */
final class SingleServer implements Topology {

    private final Layout layout;

    SingleServer(HostAndPort server) {
        this.layout = Layout.of(server);
    }

    @Override
    public Layout discover() {
        return layout;
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void close() {}
}
