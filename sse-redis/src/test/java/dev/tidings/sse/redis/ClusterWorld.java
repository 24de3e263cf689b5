package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Backplane;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Three masters with a replica each. Masters are killed, and demoted while they still take writes; slots move; what a
 * replica had not heard of is lost.
 */
final class ClusterWorld implements TortureWorld {

    private static final int SLOTS = 16_384;

    private final RedisCluster cluster = RedisCluster.start();

    @Override
    public Backplane join(int node) {
        return observe();
    }

    @Override
    public Backplane observe() {
        return ImpatientBackplane.at("redis-cluster://" + cluster.addresses()).build();
    }

    @Override
    public List<Function<Random, Mischief>> mischief() {
        return List.of(
                random -> fail(random, "kill -9", RedisServer::kill, RedisServer::restart),
                random -> fail(random, "SIGSTOP", RedisServer::freeze, RedisServer::thaw),
                random -> Mischief.sudden("take over", "cluster", () -> takeOver(random)),
                random -> Mischief.sudden("migrate", "cluster", () -> migrate(random)),
                random -> onEach("CLIENT KILL TYPE pubsub", server -> server.killClients("pubsub")),
                random -> onEach("CLIENT KILL TYPE normal", server -> server.killClients("normal")),
                random -> onEach("SCRIPT FLUSH", server -> server.command("SCRIPT", "FLUSH")));
    }

    @Override
    public void heal() {
        cluster.awaitHealth();
    }

    @Override
    public boolean loses() {
        return true;
    }

    @Override
    public void close() {
        cluster.close();
    }

    /** For longer than the cluster waits, so that the replica takes over; then the old master comes back to be one. */
    private Mischief fail(Random random, String name, ServerMischief.Deed begin, ServerMischief.Deed end) {
        int slot = random.nextInt(SLOTS);
        return Mischief.lasting(
                name + " the master of slot " + slot,
                "cluster",
                () -> master(slot),
                begin,
                server -> {
                    end.to(server);
                    cluster.awaitHealth();
                },
                500 + random.nextInt(4_000));
    }

    private void takeOver(Random random) {
        cluster.takeOver(cluster.replicaOf(master(random.nextInt(SLOTS))));
    }

    private void migrate(Random random) {
        int slot = random.nextInt(SLOTS);
        RedisServer from = master(slot);
        RedisServer to = master(random.nextInt(SLOTS));
        if (from != to) {
            cluster.migrate(slot, from, to);
        }
    }

    private Mischief onEach(String name, ServerMischief.Deed deed) {
        return Mischief.sudden(name, "cluster", () -> cluster.servers().forEach(deed::to));
    }

    /** Asks when all agree: one that has just come back may still take itself for what it was. */
    private RedisServer master(int slot) {
        cluster.awaitAgreement();
        return cluster.masterOf(slot);
    }
}
