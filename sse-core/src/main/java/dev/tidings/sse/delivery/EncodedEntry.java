package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Topic;
import dev.tidings.sse.log.EntrySize;
import dev.tidings.sse.log.TextSize;
import dev.tidings.sse.wire.Frames;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An entry and, once someone asked for them, its bytes: an event is encoded once per node, not once per connection.
 *
 * <p>Thread-safe: loops may encode at the same time, and arrive at the same bytes.
 */
final class EncodedEntry {

    private final Entry entry;
    private final TopicFeed feed;
    private final LongAdder delivered;
    private volatile @Nullable Frame frame;
    private int size; // 0 until it is known; whoever finds it so arrives at the same number

    /** The whole block, as all subscriptions of this topic alone get it. Others put their own id in front of the body. */
    record Frame(byte[] bytes, int bodyOffset) {

        int bodyLength() {
            return bytes.length - bodyOffset;
        }
    }

    EncodedEntry(Entry entry, TopicFeed feed, LongAdder delivered) {
        this.entry = entry;
        this.feed = feed;
        this.delivered = delivered;
    }

    Entry entry() {
        return entry;
    }

    Topic topic() {
        return feed.topic();
    }

    /** Returns the count of delivered events of this type. */
    LongAdder delivered() {
        return delivered;
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

    /** Returns about how many bytes of memory this takes once it is encoded. */
    int size() {
        int known = size;
        if (known == 0) {
            known = EntrySize.of(entry) + TextSize.encoded(entry.event().data());
            size = known;
        }
        return known;
    }

    /** Returns what this is about, in a conflating topic; null if nothing supersedes it. */
    @Nullable
    String key() {
        return entry.event().key();
    }

    private Frame encode() {
        byte[] id = Frames.idLine(feed.layout().encode(new long[] {position()}));
        byte[] body = Frames.body(entry.event());
        byte[] bytes = new byte[id.length + body.length];
        System.arraycopy(id, 0, bytes, 0, id.length);
        System.arraycopy(body, 0, bytes, id.length, body.length);
        return new Frame(bytes, id.length);
    }
}
