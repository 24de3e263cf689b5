package dev.tidings.sse.redis;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How an entry stands in a log and on its channel:
 *
 * <pre>{@code
 * <position> <prev> <publish id> <flags> <key> <attributes> <type>
 * <data>
 * }</pre>
 *
 * <p>Flags are {@code e} and the most age of the log in milliseconds, or {@code m} for a marker, which is no event. The key
 * is form-encoded, as are attributes ({@code name=value&name=value}); both may be empty. No part before the data holds a
 * line feed. The scripts put the first three parts before the rest. A change of this needs another version in
 * {@link Keys}.
 */
final class FrameFormat {

    private static final int PARTS_BEFORE_TYPE = 6;
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    private FrameFormat() {}

    /** Returns an event's frame from its flags on. */
    static byte[] body(Event event, Retention retention) {
        String head = "e" + retention.maxAge().toMillis() + " " + encode(event.key()) + " " + encode(event.attributes())
                + " " + event.type() + "\n";
        return utf8(head + event.data());
    }

    /**
     * Reads a frame.
     *
     * @throws IllegalArgumentException if it is none, or a marker
     */
    static Entry parse(byte[] frame) {
        int[] ends = new int[PARTS_BEFORE_TYPE];
        int from = 0;
        for (int i = 0; i < PARTS_BEFORE_TYPE; i++) {
            ends[i] = indexOf(frame, ' ', from);
            from = ends[i] + 1;
        }
        int line = indexOf(frame, '\n', from);
        if (frame[ends[2] + 1] != 'e') {
            throw new IllegalArgumentException("a frame without an event");
        }
        String key = ascii(frame, ends[3] + 1, ends[4]);
        Event event = new Event(
                text(frame, from, line),
                text(frame, line + 1, frame.length),
                key.isEmpty() ? null : decode(key),
                attributes(ascii(frame, ends[4] + 1, ends[5])));
        return new Entry(position(ascii(frame, 0, ends[0])), position(ascii(frame, ends[0] + 1, ends[1])), event);
    }

    /**
     * Reads {@code ms-seq}.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Position position(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("a position without a dash");
        }
        return Position.of(Long.parseLong(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    }

    private static String encode(@Nullable String text) {
        return text == null ? "" : URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String encode(Map<String, String> attributes) {
        StringBuilder encoded = new StringBuilder();
        // Sorted, so that the same event is always the same frame.
        new TreeMap<>(attributes).forEach((name, value) -> {
            encoded.append(encoded.length() == 0 ? "" : "&");
            encoded.append(encode(name)).append('=').append(encode(value));
        });
        return encoded.toString();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> attributes(String encoded) {
        if (encoded.isEmpty()) {
            return Map.of();
        }
        Map<String, String> attributes = new HashMap<>();
        for (String each : encoded.split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("an attribute without a value");
            }
            attributes.put(decode(each.substring(0, equals)), decode(each.substring(equals + 1)));
        }
        return attributes;
    }

    /** A lone surrogate becomes U+FFFD, as it does on the way to a browser; getBytes would make it a question mark. */
    private static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith(REPLACEMENT)
                    .encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new IllegalStateException(e); // everything else can be encoded
        }
    }

    private static String text(byte[] frame, int from, int to) {
        return new String(frame, from, to - from, StandardCharsets.UTF_8);
    }

    private static String ascii(byte[] frame, int from, int to) {
        return new String(frame, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static int indexOf(byte[] frame, char sought, int from) {
        for (int i = from; i < frame.length; i++) {
            if (frame[i] == sought) {
                return i;
            }
        }
        throw new IllegalArgumentException("a frame that is too short");
    }
}
