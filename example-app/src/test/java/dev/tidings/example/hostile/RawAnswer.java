package dev.tidings.example.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;

/**
 * What a server says to bytes that no HTTP client would send, up to the end of the connection, or of the head where a
 * stream begins.
 *
 * @param status 0 where it said nothing
 */
record RawAnswer(int status, String head, String body) {

    private static final int PATIENCE_MILLIS = 20_000;

    /** Sends bytes; the request must ask for the connection to be closed. */
    static RawAnswer to(URI address, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket, request);
            return parse(read(socket.getInputStream()));
        }
    }

    /** It may have its answer, and hang up, before it has heard everything. */
    private static void send(Socket socket, byte[] request) throws IOException {
        try {
            socket.getOutputStream().write(request);
        } catch (SocketException hungUp) {
            // what it said is still to be read
        }
    }

    private static byte[] read(InputStream from) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        try {
            for (int n = from.read(some); n >= 0; n = from.read(some)) {
                all.write(some, 0, n);
                if (isStream(all.toString(ISO_8859_1))) {
                    break;
                }
            }
        } catch (SocketException reset) {
            // it had what we sent unread; what it said may be lost with it
        }
        return all.toByteArray();
    }

    private static boolean isStream(String answer) {
        return answer.contains("\r\n\r\n") && answer.contains("text/event-stream");
    }

    private static RawAnswer parse(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        if (text.isEmpty()) {
            return new RawAnswer(0, "", "");
        }
        int end = text.indexOf("\r\n\r\n");
        if (text.startsWith("HTTP/1.1 100 ") && end + 4 < text.length()) { // go on; the answer follows
            text = text.substring(end + 4);
            end = text.indexOf("\r\n\r\n");
        }
        return new RawAnswer(
                Integer.parseInt(text.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length())),
                text.substring(0, end),
                text.substring(end + 4));
    }
}
