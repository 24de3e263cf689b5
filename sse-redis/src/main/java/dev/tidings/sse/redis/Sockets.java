package dev.tidings.sse.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Opens sockets.
 *
 * @param connectMillis how long one may take to open
 * @param answerMillis how long it may be silent when an answer is due
 * @param tls null for plain ones
 */
record Sockets(
        int connectMillis, int answerMillis, @Nullable SSLSocketFactory tls) {

    /**
     * Opens a plain socket to the first address of a server that answers.
     *
     * @throws JedisConnectionException if none does
     */
    Socket open(HostAndPort server) {
        IOException last = new IOException("no address");
        try {
            for (InetAddress address : InetAddress.getAllByName(server.getHost())) {
                try {
                    return open(new InetSocketAddress(address, server.getPort()));
                } catch (IOException e) {
                    last = e;
                }
            }
        } catch (IOException e) {
            last = e;
        }
        throw new JedisConnectionException("cannot connect to " + server + ": " + last.getMessage(), last);
    }

    /**
     * Returns what to read from and write to: the socket itself, or TLS over it.
     *
     * @throws JedisConnectionException if the server is not who it is taken for; the socket is closed then
     */
    Socket secure(Socket socket, HostAndPort server) {
        try {
            return tls == null ? socket : encrypted(socket, server, tls);
        } catch (IOException e) {
            closeQuietly(socket);
            throw new JedisConnectionException("cannot connect to " + server + ": " + e.getMessage(), e);
        }
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was ending anyway.
        }
    }

    private Socket open(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(address, connectMillis);
            socket.setSoTimeout(answerMillis);
            return socket;
        } catch (IOException | RuntimeException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    private static Socket encrypted(Socket socket, HostAndPort server, SSLSocketFactory factory) throws IOException {
        SSLSocket encrypted = (SSLSocket) factory.createSocket(socket, server.getHost(), server.getPort(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        // Or any certificate of the authority would do, whosever it is.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }
}
