package dev.tidings.sse.log;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;

/** What an entry is counted as where bytes are bounded: its texts, and about what the objects around them take. */
public final class EntrySize {

    /** About what an entry's objects take. */
    private static final int OBJECTS = 256;

    private EntrySize() {}

    /** Returns about how many bytes of memory an entry takes. */
    public static int of(Entry entry) {
        Event event = entry.event();
        return OBJECTS + event.type().length() + event.data().length();
    }
}
