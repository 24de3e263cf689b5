package dev.tidings.sse.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** A cluster, any of whose nodes knows where all slots are. */
final class Cluster implements Topology {

    private static final byte[] SLOTS = Connector.ascii("SLOTS");

    private final List<HostAndPort> seeds;
    private final Connector connector;
    private Set<HostAndPort> known = Set.of();

    Cluster(RedisUri uri, Connector connector) {
        this.seeds = uri.hosts();
        this.connector = connector;
    }

    @Override
    public Layout discover() {
        // The known ones first, in another order each time: one that is cut off from the others has an old view.
        List<HostAndPort> candidates = new ArrayList<>(known);
        Collections.shuffle(candidates);
        Set<HostAndPort> all = new LinkedHashSet<>(candidates);
        all.addAll(seeds);
        JedisException last = new JedisConnectionException("no node");
        for (HostAndPort each : all) {
            try {
                return ask(each);
            } catch (JedisException e) {
                last = e;
            }
        }
        throw last;
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(15);
    }

    @Override
    public void close() {}

    private Layout ask(HostAndPort node) {
        try (Wire wire = connector.toServer(node)) {
            wire.send(Command.CLUSTER, SLOTS);
            return layout((List<?>) Answers.orThrow(wire.answers(1).get(0)), node);
        }
    }

    /** Each range is first slot, last slot, master, replicas; each of these host, port, and more. */
    private Layout layout(List<?> ranges, HostAndPort asked) {
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        @Nullable HostAndPort[] bySlot = new HostAndPort[Protocol.CLUSTER_HASHSLOTS];
        for (Object each : ranges) {
            List<?> range = (List<?>) each;
            for (Object node : range.subList(2, range.size())) {
                nodes.add(address((List<?>) node, asked));
            }
            HostAndPort master = address((List<?>) range.get(2), asked);
            Arrays.fill(bySlot, number(range.get(0)), number(range.get(1)) + 1, master);
        }
        if (nodes.isEmpty()) {
            throw new JedisConnectionException(asked + " serves no slots");
        }
        known = nodes;
        List<@Nullable HostAndPort> byPartition = new ArrayList<>(Partitions.COUNT);
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            byPartition.add(bySlot[Partitions.slot(partition)]);
        }
        return new Layout(byPartition);
    }

    private static HostAndPort address(List<?> node, HostAndPort asked) {
        Object host = node.get(0);
        // A node that does not know its own address leaves it out: it is the one that was asked.
        String name = host == null || Answers.text(host).isEmpty() ? asked.getHost() : Answers.text(host);
        return new HostAndPort(name, number(node.get(1)));
    }

    private static int number(Object answer) {
        return Integer.parseInt(Answers.text(answer));
    }
}
