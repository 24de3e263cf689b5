package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cluster and the sentinels of the fixtures do what real ones do. */
@Tag("faults")
@RequiresRedis(major = 7)
class TopologyTest {

    @Test
    void aReplicaTakesOverWhenItsMasterIsKilled() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisServer master = cluster.masterOf("k");
            master.command("SET", "k", "v");
            RedisServer replica = cluster.replicaOf(master);
            master.awaitReplication(replica);

            master.kill();
            Wait.until("the replica to take over", () -> cluster.masterOf("k") == replica);
            cluster.awaitHealth();

            assertThat(replica.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void aSlotMovesWithItsKeys() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisServer from = cluster.masterOf("k");
            from.command("SET", "k", "v");
            RedisServer to = cluster.servers().stream()
                    .limit(3)
                    .filter(server -> server != from)
                    .findFirst()
                    .orElseThrow();

            cluster.migrate(cluster.slotOf("k"), from, to);

            assertThat(to.command("GET", "k")).isEqualTo("v");
            assertThatThrownBy(() -> from.command("GET", "k")).hasMessageStartingWith("MOVED");
        }
    }

    @Test
    void sentinelsPromoteAReplicaAndDemoteTheOldMaster() {
        try (RedisSentinel sentinel = RedisSentinel.start()) {
            RedisServer old = sentinel.master();
            old.command("SET", "k", "v");
            sentinel.servers().stream().filter(server -> server != old).forEach(old::awaitReplication);

            old.kill();
            RedisServer successor = sentinel.awaitSuccessorOf(old);
            old.restart();

            assertThat(successor.command("GET", "k")).isEqualTo("v");
            Wait.until("the old master to be demoted", () -> old.isReplica());
        }
    }
}
