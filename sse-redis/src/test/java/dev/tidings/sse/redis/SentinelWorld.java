package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Backplane;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A master with replicas, and sentinels that choose another when it fails. A master that was merely stopped comes back
 * and takes writes until it is told that it is one no more: those are lost.
 */
final class SentinelWorld implements TortureWorld {

    private final RedisSentinel sentinel = RedisSentinel.start();

    @Override
    public Backplane join(int node) {
        return observe();
    }

    @Override
    public Backplane observe() {
        return ImpatientBackplane.at("redis-sentinel://" + sentinel.addresses() + "?master=" + RedisSentinel.NAME)
                .build();
    }

    @Override
    public List<Function<Random, Mischief>> mischief() {
        return List.of(
                random -> fail("kill -9", 3_000 + random.nextInt(3_000), RedisServer::kill, RedisServer::restart),
                random -> fail("SIGSTOP", 3_000 + random.nextInt(3_000), RedisServer::freeze, RedisServer::thaw),
                random -> fail("short kill -9", 100 + random.nextInt(500), RedisServer::kill, RedisServer::restart),
                random -> Mischief.sudden("both sides of a promoted pair", "servers", this::split),
                random -> onMaster("CLIENT KILL TYPE pubsub", server -> server.killClients("pubsub")),
                random -> onMaster("CLIENT KILL TYPE normal", server -> server.killClients("normal")),
                random -> onMaster("SCRIPT FLUSH", server -> server.command("SCRIPT", "FLUSH")));
    }

    @Override
    public void heal() {
        Wait.until("a master that takes writes", () -> {
            RedisServer master = sentinel.master();
            return master.isAlive() && master.isMaster();
        });
        Wait.until(
                "one master",
                () -> sentinel.servers().stream()
                                .filter(server -> server.isMaster())
                                .count()
                        == 1);
    }

    @Override
    public boolean loses() {
        return true;
    }

    @Override
    public void close() {
        sentinel.close();
    }

    private Mischief fail(String name, int millis, ServerMischief.Deed begin, ServerMischief.Deed end) {
        return Mischief.lasting(name, "servers", sentinel::master, begin, end, millis);
    }

    private Mischief onMaster(String name, ServerMischief.Deed deed) {
        return Mischief.sudden(name, "servers", () -> deed.to(sentinel.master()));
    }

    /** The sentinels promote a replica while the old master lives and takes writes until it is told. */
    private void split() {
        RedisServer old = sentinel.master();
        if (sentinel.failover()) {
            sentinel.awaitSuccessorOf(old);
        }
    }
}
