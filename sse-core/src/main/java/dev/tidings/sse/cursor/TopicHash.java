package dev.tidings.sse.cursor;

import dev.tidings.sse.Topic;

/**
 * How a cursor names topics. Frozen: cursors live in browsers across deploys. A clash across subscriptions is harmless,
 * since topics come from the access decision; within one, {@link CursorLayout} falls back to the wide hash.
 */
public interface TopicHash {

    /** FNV-1a over the characters of the name, which are ASCII. */
    TopicHash FNV1A = new TopicHash() {
        @Override
        public int narrow(Topic topic) {
            int hash = 0x811c9dc5;
            for (int i = 0; i < topic.name().length(); i++) {
                hash = (hash ^ topic.name().charAt(i)) * 0x01000193;
            }
            return hash;
        }

        @Override
        public long wide(Topic topic) {
            long hash = 0xcbf29ce484222325L;
            for (int i = 0; i < topic.name().length(); i++) {
                hash = (hash ^ topic.name().charAt(i)) * 0x100000001b3L;
            }
            return hash;
        }
    };

    /** Returns 4 bytes that stand for a topic. */
    int narrow(Topic topic);

    /** Returns 8 bytes that stand for a topic. */
    long wide(Topic topic);
}
