package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One request over a socket of its own, so that nothing retries, buffers or repairs what the server sends. */
final class RawExchange implements AutoCloseable {

    /** No answer within this time fails a test. */
    private static final int TIMEOUT_MILLIS = 40_000;

    private final Closeable connection;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final InputStream body;
    private int largestChunk;

    private RawExchange(Closeable connection, InputStream in) throws IOException {
        this.connection = connection;
        this.in = new BufferedInputStream(in);
        this.status = Integer.parseInt(readLine().split(" ")[1]);
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.merge(line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        this.body = "chunked".equals(headers.get("Transfer-Encoding")) ? new Chunks() : this.in;
    }

    /** Sends a GET with these header lines and reads the head of the answer. */
    static RawExchange get(int port, String target, String... headerLines) throws IOException {
        return send(port, "GET", target, headerLines);
    }

    static RawExchange send(int port, String method, String target, String... headerLines) throws IOException {
        return answer(request(new Socket(), port, method, target, headerLines));
    }

    /** Sends a GET, and leaves the answer for {@link #answer}. */
    static Socket ask(int port, String target) throws IOException {
        return request(new Socket(), port, "GET", target);
    }

    /** Reads the head of the answer to what was sent. */
    static RawExchange answer(Socket socket) throws IOException {
        return new RawExchange(socket, socket.getInputStream());
    }

    /** Sends a GET to a socket that need not be one of TCP. */
    static RawExchange get(SocketAddress address, String target, String... headerLines) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.write(ByteBuffer.wrap(head("GET", target, headerLines)));
        return new RawExchange(channel, Channels.newInputStream(channel));
    }

    /** Sends these bytes, which need not be a request; a server may refuse them before it has read them all. */
    static RawExchange raw(int port, byte[] bytes) throws IOException {
        Socket socket = connect(new Socket(), port);
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException refusedAlready) {
            // what it said to that is still there to be read
        }
        return new RawExchange(socket, socket.getInputStream());
    }

    /** Sends these bytes and closes the connection. */
    static void hangUp(int port, byte[] bytes) throws IOException {
        try (Socket socket = connect(new Socket(), port)) {
            socket.getOutputStream().write(bytes);
        }
    }

    /** Sends a GET and never reads a byte of the answer; the socket takes as little as the kernel allows. */
    static Socket frozen(int port, String target) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1024);
        return request(socket, port, "GET", target);
    }

    private static Socket request(Socket socket, int port, String method, String target, String... headerLines)
            throws IOException {
        connect(socket, port).getOutputStream().write(head(method, target, headerLines));
        return socket;
    }

    private static Socket connect(Socket socket, int port) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return socket;
    }

    private static byte[] head(String method, String target, String... headerLines) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    int status() {
        return status;
    }

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** Returns the stream; its end is the end of the response, or to HTTP/1.0 that of the connection. */
    EventStreamReader events() {
        if (headers.containsKey("Content-Length")) {
            throw new AssertionError("a stream must not announce a length: " + headers);
        }
        return new EventStreamReader(body);
    }

    /** Reads the body up to where it says this, which must come. */
    String bodyUntil(String end) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(UTF_8).endsWith(end)) {
            int b = body.read();
            if (b < 0) {
                throw new EOFException("the body ended: " + read.toString(UTF_8));
            }
            read.write(b);
        }
        return read.toString(UTF_8);
    }

    /** Reads the whole body, or the rest of it. */
    String body() throws IOException {
        String length = headers.get("Content-Length");
        return new String(length == null ? body.readAllBytes() : body.readNBytes(Integer.parseInt(length)), UTF_8);
    }

    /** Returns the size of the largest chunk so far, in bytes. */
    int largestChunk() {
        return largestChunk;
    }

    /** Reads the head of the next answer on the same connection, when this one was read. */
    RawExchange next() throws IOException {
        return new RawExchange(connection, in);
    }

    /** Tells whether the server has closed the connection, or waits until it does. */
    boolean closedByServer() throws IOException {
        return in.read() < 0;
    }

    /** Closes a connection of TCP by a reset, as a peer's system does for a process that died. */
    void reset() throws IOException {
        ((Socket) connection).setSoLinger(true, 0);
        connection.close();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended within the head or a chunk: " + line);
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    /** RFC 9112, section 7.1. A connection that ends without the last chunk is an error. */
    private final class Chunks extends InputStream {

        private int left;
        private boolean begun;
        private boolean over;

        @Override
        public int read() throws IOException {
            if (left == 0 && !over) {
                nextChunk();
            }
            if (over) {
                return -1;
            }
            left--;
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended within a chunk");
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int b = length == 0 ? 0 : read(); // what is there now, so that no event waits for the next
            if (b < 0 || length == 0) {
                return b;
            }
            bytes[offset] = (byte) b;
            return 1;
        }

        private void nextChunk() throws IOException {
            if (begun) {
                readLine(); // the end of the chunk before, which Jetty sends with the next one only
            }
            begun = true;
            left = Integer.parseInt(readLine().toLowerCase(Locale.ROOT), 16);
            largestChunk = Math.max(largestChunk, left);
            if (left == 0) {
                readLine();
                over = true;
            }
        }
    }
}
