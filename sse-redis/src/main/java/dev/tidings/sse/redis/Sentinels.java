package dev.tidings.sse.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A master that sentinels choose. One of them is asked every second: as soon as waiting for its announcement, and nothing
 * is lost when the sentinel that would have announced it is the one that died. What it says counts only if the server that
 * it names agrees: one that is cut off from the others names for ever whom they have replaced.
 */
final class Sentinels implements Topology {

    private static final byte[] WHO = Connector.ascii("GET-MASTER-ADDR-BY-NAME");

    private final List<HostAndPort> sentinels;
    private final byte[] masterName;
    private final Connector connector;
    private int current;
    private @Nullable Wire wire;
    private @Nullable Wire masterWire;
    private @Nullable HostAndPort master;

    Sentinels(RedisUri uri, Connector connector) {
        this.sentinels = uri.hosts();
        this.masterName = Connector.ascii(Objects.requireNonNull(uri.masterName()));
        this.connector = connector;
    }

    @Override
    public Layout discover() {
        JedisException last = new JedisConnectionException("no sentinel");
        for (int i = 0; i < sentinels.size(); i++) {
            try {
                HostAndPort named = ask();
                confirm(named);
                return Layout.of(named);
            } catch (JedisException e) {
                close();
                current = (current + 1) % sentinels.size();
                last = e;
            }
        }
        throw last;
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void close() {
        if (wire != null) {
            wire.close();
            wire = null;
        }
        if (masterWire != null) {
            masterWire.close();
            masterWire = null;
        }
    }

    private HostAndPort ask() {
        if (wire == null) {
            wire = connector.toSentinel(sentinels.get(current));
        }
        wire.send(Command.SENTINEL, WHO, masterName);
        Object answer = Answers.orThrow(wire.answers(1).get(0));
        if (answer instanceof List<?> address && address.size() == 2) {
            return new HostAndPort(Answers.text(address.get(0)), Integer.parseInt(Answers.text(address.get(1))));
        }
        throw new JedisConnectionException("the sentinel does not know the master");
    }

    private void confirm(HostAndPort named) {
        Wire open = masterWire;
        if (open == null || !named.equals(master)) {
            if (open != null) {
                open.close();
            }
            masterWire = connector.toMaster(named, "tidings-topology").wire();
            master = named;
            return;
        }
        open.send(Command.HELLO);
        if (!ServerState.of(Answers.orThrow(open.answers(1).get(0))).isMaster()) {
            throw new JedisConnectionException(named + " is not a master any more");
        }
    }
}
