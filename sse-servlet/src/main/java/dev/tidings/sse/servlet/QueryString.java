package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A request's query, read here and not by {@code getParameter}: that one may read a body, and wait for a client that
 * never sends it; and of a malformed query some containers drop the parameter, so that a client would silently resume
 * from nowhere.
 */
final class QueryString {

    /** Fewer than any container takes. */
    static final int MAX_PARAMETERS = 256;

    private QueryString() {}

    /**
     * Returns the first value of a parameter, or null if there is none.
     *
     * @throws IllegalArgumentException if anything in the query is not percent-encoded UTF-8, a name is missing, or there
     *     are very many: in other parameters too, since the application would stumble over what its container throws then
     */
    static @Nullable String first(@Nullable String query, String name) {
        String found = null;
        String[] pairs = query == null ? new String[0] : query.split("&", -1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new IllegalArgumentException(pairs.length + " parameters");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals == 0) {
                throw new IllegalArgumentException("a value without a name: " + pair);
            }
            String key = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (found == null && key.equals(name)) {
                found = value;
            }
        }
        return found;
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text.replace('+', ' ');
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(octet(text, i + 1));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c == '+' ? ' ' : c).getBytes(UTF_8));
            }
        }
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8: " + text, e);
        }
    }

    private static int octet(String text, int index) {
        if (index + 2 > text.length()) {
            throw new IllegalArgumentException("ends within an escape: " + text);
        }
        return HexFormat.fromHexDigits(text, index, index + 2);
    }
}
