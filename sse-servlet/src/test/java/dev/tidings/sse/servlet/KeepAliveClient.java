package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * Sends request after request over one connection, and takes nothing for granted about the answers: whatever is not a
 * response, byte for byte, is {@link Malformed}. A connection that the server closed is replaced; that may happen at any
 * time, also within a response.
 */
final class KeepAliveClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 40_000;

    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    KeepAliveClient(int port) {
        this.port = port;
    }

    /** Takes the body of a response in pieces, each as soon as it is there. */
    interface Body {
        void bytes(byte[] bytes);
    }

    /** Something came that is no HTTP. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String what) {
            super(what);
        }
    }

    /** Sends a GET; tells whether the response came to its end, else the server closed the connection. */
    boolean get(String target, Body body) throws IOException {
        connect();
        try {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
            boolean keptAlive = readResponse(body);
            if (!keptAlive) {
                close();
            }
            return true;
        } catch (EOFException | java.net.SocketException closedByServer) {
            close();
            return false;
        }
    }

    /** Sends a GET, reads one piece of the body, and resets the connection. */
    void getAndReset(String target) throws IOException {
        connect();
        try {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
            if (in.read() != 'H') {
                throw new Malformed("the answer begins with something else than HTTP");
            }
        } catch (java.net.SocketException closedByServer) {
            // as good
        }
        socket.setSoLinger(true, 0);
        close();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private void connect() throws IOException {
        if (socket == null) {
            socket = new Socket();
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            in = new BufferedInputStream(socket.getInputStream());
        }
    }

    private boolean readResponse(Body body) throws IOException {
        String status = line();
        if (!status.equals("HTTP/1.1 200") && !status.equals("HTTP/1.1 200 ") && !status.equals("HTTP/1.1 200 OK")) {
            throw new Malformed("a status line: " + status);
        }
        boolean keepAlive = true;
        boolean chunked = false;
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            keepAlive &= !header.equalsIgnoreCase("Connection: close");
            chunked |= header.equalsIgnoreCase("Transfer-Encoding: chunked");
            if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
                length = Integer.parseInt(header.substring("content-length: ".length()));
            }
        }
        if (chunked == (length >= 0)) {
            throw new Malformed("a response with a length twice, or without");
        }
        if (chunked) {
            readChunks(body);
        } else {
            body.bytes(exactly(length));
        }
        return keepAlive;
    }

    private void readChunks(Body body) throws IOException {
        int length;
        do {
            String size = line();
            if (!size.matches("[0-9A-Fa-f]{1,8}")) {
                throw new Malformed("the size of a chunk: " + size);
            }
            length = Integer.parseInt(size, 16);
            body.bytes(exactly(length));
            if (!line().isEmpty()) {
                throw new Malformed("something between two chunks");
            }
        } while (length > 0);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            if (b == '\r') {
                if (in.read() != '\n') {
                    throw new EOFException();
                }
                return line.toString();
            }
            if (b < ' ' || b > '~') {
                throw new Malformed("a byte in a line of the head: " + b + " after " + line);
            }
            line.append((char) b);
        }
    }
}
