package dev.tidings.sse.delivery;

import java.util.ArrayList;
import java.util.List;

/** Collects pieces of frames and joins them into the bytes of one write. Owned by its loop's thread. */
final class FrameJoiner {

    /** The most bytes of a write, but for a single larger event: what a peer that stops reading can pin. */
    static final int MAX_BYTES = 32 * 1024;

    private record Piece(byte[] bytes, int offset) {

        int length() {
            return bytes.length - offset;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private int length;
    private int entries;

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Tells whether so many bytes more still make one write. */
    boolean hasRoomFor(int bytes) {
        return pieces.isEmpty() || length + bytes <= MAX_BYTES;
    }

    void add(byte[] bytes) {
        add(bytes, 0);
    }

    /** Adds the part of an array from an offset on. */
    void add(byte[] bytes, int offset) {
        Piece piece = new Piece(bytes, offset);
        pieces.add(piece);
        length += piece.length();
    }

    /** Returns all pieces as one array, which never changes again: containers keep it until it is sent. */
    byte[] join() {
        if (pieces.size() == 1 && pieces.get(0).offset() == 0) {
            return pieces.get(0).bytes();
        }
        byte[] joined = new byte[length];
        int end = 0;
        for (Piece piece : pieces) {
            System.arraycopy(piece.bytes(), piece.offset(), joined, end, piece.length());
            end += piece.length();
        }
        return joined;
    }

    /** Notes how many entries there are in what was added. */
    void addEntries(int more) {
        entries += more;
    }

    int entries() {
        return entries;
    }

    void clear() {
        pieces.clear();
        length = 0;
        entries = 0;
    }
}
