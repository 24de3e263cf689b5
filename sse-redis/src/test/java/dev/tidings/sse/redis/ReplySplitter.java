package dev.tidings.sse.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds where one reply of a server ends and the next begins, in bytes that come in pieces. By it a network can lose one
 * announcement and nothing else, which real ones never do and a server that drops does. Not thread-safe.
 */
final class ReplySplitter {

    private final ByteArrayOutputStream reply = new ByteArrayOutputStream();
    private final StringBuilder line = new StringBuilder();
    private long elementsLeft = 1;
    private int bulkLeft;

    /** Takes the next bytes, and returns the replies that they complete. */
    List<byte[]> accept(byte[] bytes, int length) {
        List<byte[]> complete = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            reply.write(bytes[i]);
            if (bulkLeft > 0) {
                bulkLeft--;
                endElementIf(bulkLeft == 0);
            } else if (bytes[i] == '\n') {
                endLine();
            } else {
                line.append((char) bytes[i]);
            }
            if (elementsLeft == 0) {
                complete.add(reply.toByteArray());
                reply.reset();
                elementsLeft = 1;
            }
        }
        return complete;
    }

    /** Tells whether a reply announces an entry, rather than answers a command. */
    static boolean isMessage(byte[] reply) {
        String start = new String(reply, 0, Math.min(reply.length, 24), US_ASCII);
        return start.matches("(?s)[*>]3\r\n\\$\\d\r\ns?message\r\n.*");
    }

    private void endLine() {
        char kind = line.charAt(0);
        String rest = line.substring(1, line.length() - 1); // without CR
        line.setLength(0);
        switch (kind) {
            case '$', '=', '!' -> {
                bulkLeft = Integer.parseInt(rest) + 2; // and CR LF; a null has none
                if (bulkLeft < 2) {
                    bulkLeft = 0;
                    endElementIf(true);
                }
            }
            case '*', '>', '~' -> elementsLeft += Math.max(0, Long.parseLong(rest)) - 1;
            case '%' -> elementsLeft += 2 * Long.parseLong(rest) - 1;
            default -> endElementIf(true);
        }
    }

    private void endElementIf(boolean end) {
        if (end) {
            elementsLeft--;
        }
    }
}
