package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.wire.Frames;
import org.jspecify.annotations.Nullable;

/**
 * An entry and, once someone asked for them, its bytes: an event is encoded once per node, not once per connection.
 *
 * <p>Thread-safe: loops may encode at the same time, and arrive at the same bytes.
 */
final class EncodedEntry {

    private final Entry entry;
    private final CursorLayout topicAlone;
    private volatile @Nullable Frame frame;

    /** The whole block, as all subscriptions of this topic alone get it. Others put their own id in front of the body. */
    record Frame(byte[] bytes, int bodyOffset) {

        int bodyLength() {
            return bytes.length - bodyOffset;
        }
    }

    EncodedEntry(Entry entry, CursorLayout topicAlone) {
        this.entry = entry;
        this.topicAlone = topicAlone;
    }

    Entry entry() {
        return entry;
    }

    long position() {
        return entry.position().value();
    }

    Frame frame() {
        Frame encoded = frame;
        if (encoded == null) {
            encoded = encode();
            frame = encoded;
        }
        return encoded;
    }

    /** Returns about how many bytes this entry holds. */
    int size() {
        return entry.event().data().length();
    }

    private Frame encode() {
        byte[] id = Frames.idLine(topicAlone.encode(new long[] {position()}));
        byte[] body = Frames.body(entry.event());
        byte[] bytes = new byte[id.length + body.length];
        System.arraycopy(id, 0, bytes, 0, id.length);
        System.arraycopy(body, 0, bytes, id.length, body.length);
        return new Frame(bytes, id.length);
    }
}
