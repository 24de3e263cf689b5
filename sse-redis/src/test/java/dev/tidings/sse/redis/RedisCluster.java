package dev.tidings.sse.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real cluster: three masters with a third of the slots each, and a replica for each. It forgets nothing that it
 * acknowledged, unless a replica takes over that had not heard of it. Not thread-safe.
 */
final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;

    // The words of a line of CLUSTER NODES.
    private static final int FLAGS = 2;
    private static final int EPOCH = 6;
    private static final int SLOT_RANGES = 8;

    private static final String NODE_TIMEOUT_MILLIS = "1500";

    private final List<RedisServer> servers = new ArrayList<>();

    private RedisCluster() {}

    /** Starts a cluster, and waits until all its members agree on it. */
    static RedisCluster start() {
        RedisCluster cluster = new RedisCluster();
        try {
            cluster.form();
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Returns all members; the first three began as masters, and number {@code n + 3} as the replica of number n. */
    List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** Returns the addresses of all members, {@code host:port} with commas between. */
    String addresses() {
        return servers.stream().map(server -> "127.0.0.1:" + server.port()).collect(Collectors.joining(","));
    }

    /** Returns the one that serves a key's slot, as a living member sees it. */
    RedisServer masterOf(String key) {
        return masterOf(slotOf(key));
    }

    /** Returns the one that serves a slot, as a living member sees it. */
    RedisServer masterOf(int slot) {
        for (Object entry : (List<?>) Objects.requireNonNull(living().command("CLUSTER", "SLOTS"))) {
            List<?> range = (List<?>) entry;
            if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
                return byPort(((List<?>) range.get(2)).get(1));
            }
        }
        throw new AssertionError("nobody serves slot " + slot);
    }

    /** Waits for a living replica of a master: one that was away is held for failed for a moment more. */
    RedisServer replicaOf(RedisServer master) {
        String id = idOf(master);
        List<RedisServer> replicas = new ArrayList<>();
        Wait.until("a replica of " + master.port(), () -> {
            String nodes = living().text("CLUSTER", "NODES");
            servers.stream()
                    .filter(server -> server != master && server.isAlive())
                    .filter(server -> nodes.lines()
                            .anyMatch(line -> line.contains(":" + server.port() + "@") && line.contains("slave " + id)))
                    .forEach(replicas::add);
            return !replicas.isEmpty();
        });
        return replicas.get(0);
    }

    int slotOf(String key) {
        return Math.toIntExact((Long) Objects.requireNonNull(living().command("CLUSTER", "KEYSLOT", key)));
    }

    // What befalls it.

    /** Lets a replica take over without asking anybody, as when the data centre of its master is cut off. */
    void takeOver(RedisServer replica) {
        replica.command("CLUSTER", "FAILOVER", "TAKEOVER");
        Wait.until("the replica to be a master", () -> replica.isMaster());
    }

    /** Moves a slot with all its keys to another master, as redis-cli does, while clients go on. */
    void migrate(int slot, RedisServer from, RedisServer to) {
        // A master takes over a slot with an epoch above all that it knows. One that it has yet to hear of would beat
        // its own, and then each of the two holds the other for the owner, for ever.
        awaitAgreement();
        String number = Integer.toString(slot);
        beginMigration(slot, from, to);
        for (List<?> keys = keysIn(from, number); !keys.isEmpty(); keys = keysIn(from, number)) {
            keys.forEach(key -> migrate(key.toString(), from, to));
        }
        to.command("CLUSTER", "SETSLOT", number, "NODE", idOf(to));
        from.command("CLUSTER", "SETSLOT", number, "NODE", idOf(to));
    }

    /** Sends a slot on its way to another master; its keys are where they were. */
    void beginMigration(int slot, RedisServer from, RedisServer to) {
        String number = Integer.toString(slot);
        to.command("CLUSTER", "SETSLOT", number, "IMPORTING", idOf(from));
        from.command("CLUSTER", "SETSLOT", number, "MIGRATING", idOf(to));
    }

    /** Moves one key of a slot that is on its way. */
    void migrate(String key, RedisServer from, RedisServer to) {
        from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0", "5000");
    }

    /** Waits until all living members say that all slots are served. */
    void awaitHealth() {
        for (RedisServer server : servers) {
            if (server.isAlive()) {
                Wait.until(
                        "the cluster to be healthy",
                        () -> server.text("CLUSTER", "INFO").contains("cluster_state:ok"));
            }
        }
    }

    /** Waits until all living members see the same masters, with the same slots. */
    void awaitAgreement() {
        Wait.until(
                "all members to see the same masters",
                () -> servers.stream()
                                .filter(RedisServer::isAlive)
                                .map(RedisCluster::masters)
                                .distinct()
                                .count()
                        == 1);
    }

    @Override
    public void close() {
        servers.forEach(RedisServer::close);
    }

    private void form() {
        List<Integer> busPorts = new ArrayList<>();
        for (int i = 0; i < 2 * MASTERS; i++) {
            AtomicInteger busPort = new AtomicInteger();
            servers.add(RedisServer.start(() -> {
                busPort.set(RedisProcess.freePort());
                return options(busPort.get());
            }));
            busPorts.add(busPort.get());
            servers.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        IntStream.range(0, MASTERS).forEach(this::addSlots);
        Wait.until("all to meet", () -> haveMet(busPorts));
        IntStream.range(MASTERS, servers.size())
                .forEach(i -> servers.get(i).command("CLUSTER", "REPLICATE", idOf(servers.get(i - MASTERS))));
        servers.forEach(server -> Wait.until("all to know the replicas", () -> replicas(server) == MASTERS));
        IntStream.range(MASTERS, servers.size())
                .forEach(i -> Wait.until(
                        "the replicas to be up to date",
                        () -> servers.get(i).info("master_link_status").equals("up")));
        awaitHealth();
        awaitAgreement();
    }

    private static List<String> options(int busPort) {
        return List.of(
                "--cluster-enabled",
                "yes",
                "--cluster-port", // not 10,000 above the port, which may be no port at all
                Integer.toString(busPort),
                "--cluster-node-timeout",
                NODE_TIMEOUT_MILLIS,
                "--cluster-replica-validity-factor",
                "0",
                "--cluster-allow-replica-migration",
                "no",
                "--repl-diskless-sync-delay",
                "0");
    }

    /** Has the first one meet those whom it does not know: also again, for a handshake that takes too long is given up. */
    private boolean haveMet(List<Integer> busPorts) {
        RedisServer first = servers.get(0);
        List<String> known = nodes(first);
        for (int i = 1; i < servers.size(); i++) {
            String port = Integer.toString(servers.get(i).port());
            if (known.stream().noneMatch(line -> line.contains(":" + port + "@"))) {
                first.command("CLUSTER", "MEET", "127.0.0.1", port, Integer.toString(busPorts.get(i)));
            }
        }
        return servers.stream().allMatch(server -> nodes(server).size() == servers.size());
    }

    private void addSlots(int master) {
        servers.get(master)
                .command(
                        "CLUSTER",
                        "ADDSLOTSRANGE",
                        Integer.toString(SLOTS * master / MASTERS),
                        Integer.toString(SLOTS * (master + 1) / MASTERS - 1));
    }

    private RedisServer living() {
        return servers.stream().filter(RedisServer::isAlive).findFirst().orElseThrow();
    }

    private RedisServer byPort(Object port) {
        return servers.stream()
                .filter(server -> server.port() == (Long) port)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no member on port " + port));
    }

    private static String idOf(RedisServer server) {
        return server.text("CLUSTER", "MYID");
    }

    private static List<?> keysIn(RedisServer server, String slot) {
        return (List<?>) Objects.requireNonNull(server.command("CLUSTER", "GETKEYSINSLOT", slot, "100"));
    }

    private static List<String> nodes(RedisServer server) {
        return server.text("CLUSTER", "NODES")
                .lines()
                .filter(line -> !line.contains("handshake"))
                .toList();
    }

    /** Returns id, epoch and slots of each master, as a member sees them. */
    private static Set<List<String>> masters(RedisServer server) {
        return nodes(server).stream()
                .map(line -> List.of(line.split(" ", -1)))
                .filter(words -> words.get(FLAGS).contains("master"))
                .map(words -> Stream.of(words.subList(0, 1), words.subList(EPOCH, EPOCH + 1), slots(words))
                        .flatMap(List::stream)
                        .toList())
                .collect(Collectors.toSet());
    }

    /** Without those that are on their way, of which only their own two masters speak. */
    private static List<String> slots(List<String> words) {
        return words.subList(SLOT_RANGES, words.size()).stream()
                .filter(range -> !range.startsWith("["))
                .toList();
    }

    private static long replicas(RedisServer server) {
        return nodes(server).stream().filter(line -> line.contains("slave")).count();
    }
}
