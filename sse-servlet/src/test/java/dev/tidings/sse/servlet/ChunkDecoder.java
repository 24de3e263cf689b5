package dev.tidings.sse.servlet;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Decodes a chunked body (RFC 9112, section 7.1) that comes in pieces of any size. */
final class ChunkDecoder {

    private final StringBuilder line = new StringBuilder();
    private int left;
    private boolean last;

    /** Takes what came, hands on what it holds, and tells whether the body is over. */
    boolean decode(ByteBuffer bytes, Consumer<ByteBuffer> data) {
        while (bytes.hasRemaining()) {
            if (left > 0) {
                int length = Math.min(left, bytes.remaining());
                data.accept(bytes.slice(bytes.position(), length));
                bytes.position(bytes.position() + length);
                left -= length;
            } else if (lineEnds(bytes) && lineSaysOver()) {
                return true;
            }
        }
        return false;
    }

    private boolean lineEnds(ByteBuffer bytes) {
        char c = (char) bytes.get();
        if (c != '\n') {
            line.append(c);
        }
        return c == '\n';
    }

    /** The line is a chunk's size, the empty one after a chunk, or the empty one after the last. */
    private boolean lineSaysOver() {
        String text = line.toString().strip();
        line.setLength(0);
        if (text.isEmpty()) {
            return last;
        }
        left = Integer.parseInt(text, 16);
        last = left == 0;
        return false;
    }
}
