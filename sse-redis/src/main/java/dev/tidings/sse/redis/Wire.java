package dev.tidings.sse.redis;

import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * One connection to a server, which is opened once. One thread may write and another read; any may {@link #cut} it, which
 * ends both at once.
 */
final class Wire implements AutoCloseable {

    private final Connection connection;
    private final Socket socket;

    /** When the write began that is under way; 0 while there is none. Written by the writing thread. */
    private volatile long writingSince;

    private Wire(Connection connection, Socket socket) {
        this.connection = connection;
        this.socket = socket;
    }

    /**
     * Opens a connection and logs in.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if that fails
     */
    static Wire open(Sockets sockets, HostAndPort server, JedisClientConfig login) {
        Socket socket = sockets.open(server);
        AtomicBoolean used = new AtomicBoolean();
        JedisSocketFactory once = () -> {
            // Jedis opens a new socket when it writes to a connection that was cut: nobody is subscribed on that one.
            if (used.getAndSet(true)) {
                throw new JedisConnectionException("the connection was cut");
            }
            return sockets.secure(socket, server);
        };
        try {
            return new Wire(new Connection(once, login), socket);
        } catch (RuntimeException e) {
            Sockets.closeQuietly(socket);
            throw e;
        }
    }

    /** Writes a command, which may stay in the buffer. */
    void send(Command command, byte[]... arguments) {
        writingSince = System.nanoTime() | 1;
        connection.sendCommand(command, arguments);
        writingSince = 0;
    }

    /** Writes out the buffer. */
    void flush() {
        writingSince = System.nanoTime() | 1;
        connection.getMany(0);
        writingSince = 0;
    }

    /** Tells whether a write has not come to an end for so long: no timeout of a socket bounds it. */
    boolean isStuck(Duration limit) {
        long since = writingSince;
        return since != 0 && System.nanoTime() - since > limit.toNanos();
    }

    boolean isOpen() {
        return !socket.isClosed();
    }

    /** Writes out the buffer and reads so many answers, in order; an error that the server answers is an element. */
    List<Object> answers(int count) {
        flush();
        return connection.getMany(count);
    }

    /** Reads what comes next: an answer, an announcement, or an error that the server answers. */
    Object next() {
        try {
            return connection.getUnflushedObject();
        } catch (JedisConnectionException e) {
            throw e;
        } catch (JedisDataException e) {
            return e;
        }
    }

    /** Sets how long a read may wait. */
    void silenceLimit(Duration limit) {
        connection.setSoTimeout((int) limit.toMillis());
    }

    /** Ends the connection under whoever reads or writes. Not by TLS, which would wait for whoever is stuck in a write. */
    void cut() {
        Sockets.closeQuietly(socket);
    }

    @Override
    public void close() {
        cut();
    }
}
