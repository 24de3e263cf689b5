package dev.tidings.sse.redis;

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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that tests speak to behind the library's back: no pool, no retry, no surprise. Not
 * thread-safe.
 */
final class Resp implements Closeable {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** An error that the server answered. */
    static final class ErrorReply extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ErrorReply(String message) {
            super(message);
        }
    }

    private final Socket socket = new Socket();
    private final InputStream in;

    Resp(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Sends a command and waits for the answer: a String, a Long, a List of these, or null.
     *
     * @throws ErrorReply if the answer is an error
     */
    @Nullable
    Object command(String... words) throws IOException {
        send(words);
        return read();
    }

    /** Waits for each answer so long at most, instead of 10 s. */
    void timeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Sends a command, and does not wait. */
    void send(String... words) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("*" + words.length + "\r\n").getBytes(UTF_8));
        for (String word : words) {
            byte[] encoded = word.getBytes(UTF_8);
            bytes.writeBytes(("$" + encoded.length + "\r\n").getBytes(UTF_8));
            bytes.writeBytes(encoded);
            bytes.writeBytes(new byte[] {'\r', '\n'});
        }
        socket.getOutputStream().write(bytes.toByteArray());
    }

    /** Waits for the next answer. */
    @Nullable
    Object read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '-' -> throw new ErrorReply(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> throw new IOException("expected a reply, came " + line);
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private @Nullable String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        line();
        return new String(bytes, UTF_8);
    }

    private @Nullable List<Object> array(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<Object> elements = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            elements.add(element());
        }
        return elements;
    }

    /** An error within an array is a value there. */
    private @Nullable Object element() throws IOException {
        try {
            return read();
        } catch (ErrorReply e) {
            return e;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            bytes.write(b);
        }
        in.read(); // LF
        return bytes.toString(UTF_8);
    }
}
