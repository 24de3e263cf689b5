package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Backplane;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One server that forgets nothing, and a network of its own between it and each node. */
final class StandaloneWorld implements TortureWorld {

    private static final int MOST_NODES = 3;

    private final RedisServer redis = RedisServer.start();
    private final List<TcpFaultProxy> proxies = new ArrayList<>();

    StandaloneWorld() {
        IntStream.range(0, MOST_NODES).forEach(i -> proxies.add(TcpFaultProxy.toRedis(redis.port())));
    }

    @Override
    public Backplane join(int node) {
        return ImpatientBackplane.at(proxies.get(node).uri()).build();
    }

    @Override
    public Backplane observe() {
        return ImpatientBackplane.at(redis.uri()).build();
    }

    @Override
    public List<Function<Random, Mischief>> mischief() {
        return Stream.concat(
                        new ServerMischief(() -> redis).all().stream(), new NetworkMischief(proxies).all().stream())
                .toList();
    }

    @Override
    public void heal() {
        proxies.forEach(TcpFaultProxy::heal);
    }

    @Override
    public boolean holdBack(int node) {
        NetworkMischief.holdWhatIsOpen(proxies.get(node));
        return true;
    }

    @Override
    public boolean cutOff(int node) {
        proxies.get(node).partition();
        return true;
    }

    @Override
    public void rejoin(int node) {
        proxies.get(node).heal();
    }

    @Override
    public boolean loseAnnouncements() {
        proxies.forEach(proxy -> proxy.loseMessages(1));
        return true;
    }

    @Override
    public boolean loses() {
        return false;
    }

    @Override
    public void close() {
        proxies.forEach(TcpFaultProxy::close);
        redis.close();
    }
}
