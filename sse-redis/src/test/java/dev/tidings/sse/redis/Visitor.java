package dev.tidings.sse.redis;

import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A page or a program that follows topics for its whole life: connected to one node after the other, with what it has
 * received last as its cursor. The director's thread moves it about.
 */
abstract class Visitor {

    private final Diary diary;
    private final CursorLayout layout;

    Visitor(String name, List<Topic> topics, boolean filtering) {
        this.diary = new Diary(name, topics, filtering);
        this.layout = CursorLayout.of(topics, 0);
    }

    final Diary diary() {
        return diary;
    }

    final List<Topic> topics() {
        return diary.topics();
    }

    /** Comes (back) to a node; stays away where the node cannot tell it where to begin. */
    abstract void connect(TortureNode.Life node);

    /** Goes away, with its cursor. */
    abstract void leave();

    /** Tells whether there is a connection that nobody has ended. */
    abstract boolean isConnected();

    /** Takes nothing for now: it becomes a slow consumer. */
    abstract void freeze();

    /** Takes what comes. */
    abstract void thaw();

    /** What it has complained about of its own, such as bytes that are no event stream. */
    abstract List<String> complaints();

    /** Returns the positions that a cursor names. */
    final Map<Topic, Long> positions(String cursor) {
        long[] positions = layout.decode(cursor).orElseThrow().positions();
        Map<Topic, Long> named = new HashMap<>();
        for (int i = 0; i < positions.length; i++) {
            named.put(topics().get(i), positions[i]);
        }
        return named;
    }

    @Override
    public String toString() {
        return diary.toString();
    }
}
