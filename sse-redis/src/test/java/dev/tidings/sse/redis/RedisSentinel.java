package dev.tidings.sse.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A master, two replicas, and three sentinels that watch them and agree within a second or two who is the master. Not
 * thread-safe.
 */
final class RedisSentinel implements AutoCloseable {

    static final String NAME = "tidings";

    private static final int REPLICAS = 2;
    private static final int SENTINELS = 3;

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinel() {}

    /** Starts all, and waits until they know of each other. */
    static RedisSentinel start() {
        RedisSentinel sentinel = new RedisSentinel();
        try {
            sentinel.form();
            return sentinel;
        } catch (RuntimeException | Error e) {
            sentinel.close();
            throw e;
        }
    }

    /** Returns the addresses of the sentinels, {@code host:port} with commas between. */
    String addresses() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(","));
    }

    List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** Returns who is the master, as a sentinel sees it. */
    RedisServer master() {
        List<?> address =
                (List<?>) Objects.requireNonNull(sentinels.get(0).command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME));
        return servers.stream()
                .filter(server -> address.get(1).equals(Integer.toString(server.port())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no server at " + address));
    }

    /** Waits until the sentinels have made another one the master, and it takes writes. */
    RedisServer awaitSuccessorOf(RedisServer old) {
        Wait.until("another master", () -> master() != old && master().isMaster());
        return master();
    }

    /** Lets the sentinels promote a replica, although the master lives; false where no replica is fit for it just now. */
    boolean failover() {
        try {
            sentinels.get(0).command("SENTINEL", "FAILOVER", NAME);
            return true;
        } catch (Resp.ErrorReply e) {
            return false; // NOGOODSLAVE, INPROG
        }
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }

    private void form() {
        RedisServer master = RedisServer.start("--repl-diskless-sync-delay", "0");
        servers.add(master);
        for (int i = 0; i < REPLICAS; i++) {
            RedisServer replica = RedisServer.start("--repl-diskless-sync-delay", "0");
            servers.add(replica);
            replica.replicate(master);
        }
        for (RedisServer replica : servers.subList(1, servers.size())) {
            Wait.until(
                    "the replicas to be up to date",
                    () -> replica.info("master_link_status").equals("up"));
        }
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(RedisServer.startSentinel(
                    "sentinel monitor " + NAME + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + NAME + " 1000",
                    "sentinel failover-timeout " + NAME + " 6000",
                    "sentinel parallel-syncs " + NAME + " " + REPLICAS));
        }
        for (RedisServer sentinel : sentinels) {
            // Who slept for 2 s would choose nobody for 30 s, and a demotion waits for a look at all every 10 s.
            sentinel.command("SENTINEL", "DEBUG", "tilt-trigger", "600000", "info-period", "1000");
            Wait.until("the sentinels to know each other", () -> seen(sentinel, "SENTINELS") == SENTINELS - 1);
            Wait.until("the sentinels to know the replicas", () -> seen(sentinel, "REPLICAS") == REPLICAS);
        }
    }

    private static int seen(RedisServer sentinel, String kind) {
        return ((List<?>) Objects.requireNonNull(sentinel.command("SENTINEL", kind, NAME))).size();
    }
}
