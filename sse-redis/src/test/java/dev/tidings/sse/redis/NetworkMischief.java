package dev.tidings.sse.redis;

import dev.tidings.sse.redis.TcpFaultProxy.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/** What befalls the network between one node and its server. */
final class NetworkMischief {

    private final List<TcpFaultProxy> proxies;

    /** A proxy for each node. */
    NetworkMischief(List<TcpFaultProxy> proxies) {
        this.proxies = proxies;
    }

    List<Function<Random, Mischief>> all() {
        return List.of(
                random -> lasting(random, "partition", 1_500, TcpFaultProxy::partition),
                random -> lasting(random, "black hole", 3_000, TcpFaultProxy::blackHole),
                random -> lasting(random, "nothing from Redis", 3_000, proxy -> proxy.toClient(Fault.SWALLOW)),
                random -> lasting(random, "nothing to Redis", 3_000, proxy -> proxy.toServer(Fault.SWALLOW)),
                random -> lasting(random, "late to Redis", 2_500, proxy -> proxy.toServer(Fault.HOLD)),
                random -> lasting(random, "late to Redis where it is open", 2_500, NetworkMischief::holdWhatIsOpen),
                random -> lasting(random, "late from Redis", 2_500, proxy -> proxy.toClient(Fault.HOLD)),
                random -> lasting(random, "stall", 2_500, TcpFaultProxy::stall),
                random -> lasting(random, "slow", 1_000, proxy -> proxy.delay(Duration.ofMillis(30))),
                random -> lasting(random, "lost announcements", 2_000, proxy -> proxy.loseMessages(0.2)),
                random -> lasting(random, "cut", 1, TcpFaultProxy::cut));
    }

    /** What is sent anew on another connection comes first. */
    static void holdWhatIsOpen(TcpFaultProxy proxy) {
        proxy.links().forEach(link -> link.toServer(Fault.HOLD));
    }

    private Mischief lasting(Random random, String name, int longest, Consumer<TcpFaultProxy> begin) {
        int node = random.nextInt(proxies.size());
        TcpFaultProxy proxy = proxies.get(node);
        return new Mischief(
                name + " at node " + node,
                "node " + node,
                () -> begin.accept(proxy),
                proxy::heal,
                Math.min(longest, 100 + random.nextInt(longest)));
    }
}
