package dev.tidings.sse.memory;

import dev.tidings.sse.Entry;
import java.util.HashMap;
import java.util.Map;

/** Which retained entries of a log are the latest of their key, and how many others there are. Not synchronised. */
final class LatestByKey {

    private final Map<String, Long> positions = new HashMap<>(0);
    private int superseded;
    private long droppedThrough;

    void added(Entry entry) {
        String key = entry.event().key();
        if (key != null && positions.put(key, entry.position().value()) != null) {
            superseded++;
        }
    }

    boolean isSuperseded(Entry entry) {
        Long latest = positions.get(entry.event().key());
        return latest != null && latest > entry.position().value();
    }

    /** Notes that an entry left the log from its old end. */
    void removed(Entry entry) {
        String key = entry.event().key();
        if (key == null) {
            return;
        }
        if (isSuperseded(entry)) {
            superseded--;
        } else {
            positions.remove(key);
        }
    }

    /** Notes that a superseded entry was dropped from the middle of the log. */
    void dropped(Entry entry) {
        superseded--;
        droppedThrough = Math.max(droppedThrough, entry.position().value());
    }

    /** Returns how many retained entries are superseded. */
    int superseded() {
        return superseded;
    }

    /** Returns the latest position that was dropped as superseded, 0 where there was none. */
    long droppedThrough() {
        return droppedThrough;
    }
}
