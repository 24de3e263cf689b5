package dev.tidings.sse.wire;

import dev.tidings.sse.Event;
import java.nio.charset.StandardCharsets;

/**
 * Writes the blocks of an event stream, by the WHATWG HTML standard, section 9.2.6: fields in lines, a blank line at the
 * end.
 */
public final class Frames {

    /** A comment, which clients ignore: the heartbeat. */
    public static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);

    private Frames() {}

    /** Returns the {@code id:} line of a cursor. */
    public static byte[] idLine(byte[] cursor) {
        byte[] line = new byte[ID.length + cursor.length + 1];
        System.arraycopy(ID, 0, line, 0, ID.length);
        System.arraycopy(cursor, 0, line, ID.length, cursor.length);
        line[line.length - 1] = '\n';
        return line;
    }

    /** Returns an event's block but for its {@code id:} line, which goes in front. */
    public static byte[] body(Event event) {
        return body(event.type(), event.data());
    }

    static byte[] body(String type, String data) {
        StringBuilder block = new StringBuilder(type.length() + data.length() + 24);
        block.append("event: ").append(type).append('\n');
        appendData(block, data);
        return utf8(block.append('\n').toString());
    }

    /** Every line end of the standard (CR, LF, CRLF) ends a data line; a parser joins them by LF. */
    private static void appendData(StringBuilder block, String data) {
        int start = 0;
        for (int i = 0; i < data.length(); i++) {
            char c = data.charAt(i);
            if (c == '\n' || c == '\r') {
                block.append("data: ").append(data, start, i).append('\n');
                if (c == '\r' && i + 1 < data.length() && data.charAt(i + 1) == '\n') {
                    i++;
                }
                start = i + 1;
            }
        }
        // The space is the one a parser strips, so a line's own leading space survives.
        block.append("data: ").append(data, start, data.length()).append('\n');
    }

    private static byte[] utf8(String text) {
        return withoutLoneSurrogates(text).getBytes(StandardCharsets.UTF_8);
    }

    /** The platform's own encoder would write '?', which is no sign of damage. */
    private static String withoutLoneSurrogates(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                mended = mended == null ? new StringBuilder(text) : mended;
                mended.setCharAt(i, '\ufffd');
            }
        }
        return mended == null ? text : mended.toString();
    }
}
