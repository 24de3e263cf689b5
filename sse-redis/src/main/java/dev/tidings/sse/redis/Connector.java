package dev.tidings.sse.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Opens connections, as the settings say. Thread-safe; every method blocks. */
final class Connector {

    /**
     * A connection to a master.
     *
     * @param wire the connection, which the caller closes
     * @param state what the server says of itself
     */
    record Connected(Wire wire, ServerState state) {}

    private static final byte[] SETNAME = ascii("SETNAME");

    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final Duration writeLimit;
    private final Sockets sockets;
    private final JedisClientConfig atServers;
    private final JedisClientConfig atSentinels;

    Connector(RedisSettings settings) {
        RedisUri uri = settings.uri();
        this.writeLimit = settings.commandTimeout().multipliedBy(2);
        this.sockets = new Sockets(
                (int) settings.connectTimeout().toMillis(),
                (int) settings.commandTimeout().toMillis(),
                tls(settings));
        this.atServers =
                login(uri.user(), uri.password()).database(uri.database()).build();
        this.atSentinels =
                login(settings.sentinelUser(), settings.sentinelPassword()).build();
    }

    /**
     * Connects to a master.
     *
     * @param name what the connection is called in the server's list of clients
     * @throws redis.clients.jedis.exceptions.JedisException if that fails, or it is none
     */
    Connected toMaster(HostAndPort server, String name) {
        Wire wire = open(server, atServers);
        try {
            wire.send(Command.HELLO);
            wire.send(Command.CLIENT, SETNAME, ascii(name));
            List<Object> answers = wire.answers(2); // a name that the ACL does not allow is no harm
            ServerState state = ServerState.of(Answers.orThrow(answers.get(0)));
            if (!state.isMaster()) {
                throw new JedisConnectionException(server + " is not a master");
            }
            return new Connected(wire, state);
        } catch (RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    /** Connects to a server, whatever its role. */
    Wire toServer(HostAndPort server) {
        return open(server, atServers);
    }

    /** Connects to a sentinel. */
    Wire toSentinel(HostAndPort sentinel) {
        return open(sentinel, atSentinels);
    }

    /** Cuts the connections that take nothing any more, under whoever is stuck in writing to them. */
    void cutStuckWires() {
        wires.removeIf(wire -> !wire.isOpen());
        wires.stream().filter(wire -> wire.isStuck(writeLimit)).forEach(Wire::cut);
    }

    private Wire open(HostAndPort server, JedisClientConfig config) {
        Wire wire = Wire.open(sockets, server, config);
        wires.add(wire);
        return wire;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static DefaultJedisClientConfig.Builder login(@Nullable String user, @Nullable String password) {
        return DefaultJedisClientConfig.builder()
                .resp2() // so that announcements come as arrays, on every server alike
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .user(user)
                .password(password);
    }

    private static @Nullable SSLSocketFactory tls(RedisSettings settings) {
        if (!settings.uri().tls()) {
            return null;
        }
        SSLSocketFactory own = settings.sslSocketFactory();
        return own == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : own;
    }
}
