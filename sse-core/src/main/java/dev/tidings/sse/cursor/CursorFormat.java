package dev.tidings.sse.cursor;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The bytes of a cursor that came from outside: parsed strictly, bounded in length, and believed in nothing else. */
public final class CursorFormat {

    static final int NARROW = 1;
    static final int WIDE = 2;
    static final int CLOSED = 0x80;
    static final int HEADER = 3;

    private static final int POSITION = 8;
    private static final int MAX_TOPICS = 64;
    private static final int MAX_BYTES = HEADER + MAX_TOPICS * component(true);
    private static final int MAX_CHARACTERS = (MAX_BYTES * 4 + 2) / 3;

    private final boolean closed;
    private final boolean wide;
    private final int logTag;
    private final long[] hashes;
    private final long[] positions;

    private CursorFormat(boolean closed, boolean wide, int logTag, long[] hashes, long[] positions) {
        this.closed = closed;
        this.wide = wide;
        this.logTag = logTag;
        this.hashes = hashes;
        this.positions = positions;
    }

    /** Tells whether this is a readable cursor that is marked closed. */
    public static boolean isClosed(String text) {
        return parse(text).map(cursor -> cursor.closed).orElse(false);
    }

    static int component(boolean wide) {
        return (wide ? Long.BYTES : Integer.BYTES) + POSITION;
    }

    static Optional<CursorFormat> parse(String text) {
        if (text.length() > MAX_CHARACTERS || text.indexOf('=') >= 0) {
            return Optional.empty();
        }
        try {
            return parse(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Optional<CursorFormat> parse(ByteBuffer raw) {
        if (raw.remaining() < HEADER) {
            return Optional.empty();
        }
        int version = raw.get() & 0xff;
        int logTag = raw.getShort() & 0xffff;
        boolean wide = (version & ~CLOSED) == WIDE;
        if (!wide && (version & ~CLOSED) != NARROW) {
            return Optional.empty();
        }
        int topics = raw.remaining() / component(wide);
        if (topics == 0 || topics > MAX_TOPICS || raw.remaining() % component(wide) != 0) {
            return Optional.empty();
        }
        return components(raw, topics, (version & CLOSED) != 0, wide, logTag);
    }

    private static Optional<CursorFormat> components(
            ByteBuffer raw, int topics, boolean closed, boolean wide, int logTag) {
        long[] hashes = new long[topics];
        long[] positions = new long[topics];
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < topics; i++) {
            hashes[i] = wide ? raw.getLong() : raw.getInt();
            positions[i] = raw.getLong();
            if (positions[i] < 0 || !seen.add(hashes[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(new CursorFormat(closed, wide, logTag, hashes, positions));
    }

    int logTag() {
        return logTag;
    }

    boolean isWide() {
        return wide;
    }

    /** Returns the position of the topic with this hash, or {@link CursorLayout.Positions#ABSENT}. */
    long find(long topicHash) {
        for (int i = 0; i < hashes.length; i++) {
            if (hashes[i] == topicHash) {
                return positions[i];
            }
        }
        return CursorLayout.Positions.ABSENT;
    }
}
