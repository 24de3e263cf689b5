package dev.tidings.sse.cursor;

import dev.tidings.sse.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How the cursors of one list of topics are written. Immutable.
 *
 * <pre>
 *   version (1 byte) | log tag (2) | per topic: hash of its name (4, or 8 where two of them clash), position (8)
 * </pre>
 *
 * in base64url without padding: 20 characters for one topic, 52 for three.
 */
public final class CursorLayout {

    private final int logTag;
    private final TopicHash hash;
    private final List<Topic> topics;
    private final boolean wide;

    private CursorLayout(List<Topic> topics, int logTag, TopicHash hash) {
        this.logTag = logTag;
        this.hash = hash;
        this.topics = topics;
        this.wide = topics.stream().map(hash::narrow).distinct().count() < topics.size();
    }

    /** Returns the layout for these topics, in this order. */
    public static CursorLayout of(List<Topic> topics, int logTag) {
        return of(topics, logTag, TopicHash.FNV1A);
    }

    static CursorLayout of(List<Topic> topics, int logTag, TopicHash hash) {
        return new CursorLayout(List.copyOf(topics), logTag, hash);
    }

    /** Returns the topics, in the order of their positions. */
    public List<Topic> topics() {
        return topics;
    }

    /** Tells whether there is one topic. */
    public boolean isSingle() {
        return topics.size() == 1;
    }

    /** Writes a cursor: the text of an {@code id:} line. */
    public byte[] encode(long[] positions) {
        return encode(positions, 0);
    }

    /** Writes a cursor that is marked closed: whoever brings it back is told to stop for good. */
    public byte[] encodeClosed(long[] positions) {
        return encode(positions, CursorFormat.CLOSED);
    }

    /**
     * Finds the positions of this layout's topics in a cursor that a client brought.
     *
     * @return empty where it cannot be read at all
     */
    public Optional<Positions> decode(String text) {
        return CursorFormat.parse(text).map(cursor -> {
            // By the cursor's own width: it may have been made for other topics beside these.
            long[] positions = topics.stream()
                    .mapToLong(topic -> cursor.find(cursor.isWide() ? hash.wide(topic) : hash.narrow(topic)))
                    .toArray();
            return new Positions(positions, cursor.logTag() != logTag);
        });
    }

    private byte[] encode(long[] positions, int flags) {
        int version = wide ? CursorFormat.WIDE : CursorFormat.NARROW;
        ByteBuffer raw = ByteBuffer.allocate(CursorFormat.HEADER + topics.size() * CursorFormat.component(wide));
        raw.put((byte) (version | flags)).putShort((short) logTag);
        for (int i = 0; i < topics.size(); i++) {
            if (wide) {
                raw.putLong(hash.wide(topics.get(i)));
            } else {
                raw.putInt(hash.narrow(topics.get(i)));
            }
            raw.putLong(positions[i]);
        }
        return Base64.getUrlEncoder().withoutPadding().encode(raw.array());
    }

    /** Writes a cursor as text. */
    public String encodeText(long[] positions) {
        return new String(encode(positions), StandardCharsets.US_ASCII);
    }

    /**
     * What a cursor says about the topics of a subscription.
     *
     * @param positions a position each, {@link #ABSENT} where the cursor does not name the topic
     * @param foreign whether the cursor was made for another log
     */
    public record Positions(long[] positions, boolean foreign) {

        /** Stands for a topic that the cursor does not name. */
        public static final long ABSENT = -1;
    }
}
