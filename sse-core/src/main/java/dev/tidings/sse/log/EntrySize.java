package dev.tidings.sse.log;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import java.util.Map;

/** What an entry is counted as where bytes are bounded: its texts, and about what the objects around them take. */
public final class EntrySize {

    /** About what an entry's objects take. */
    private static final int OBJECTS = 256;

    /** About what those of an attribute take. */
    private static final int ATTRIBUTE = 128;

    private EntrySize() {}

    /** Returns about how many bytes of memory an entry takes. */
    public static int of(Entry entry) {
        Event event = entry.event();
        String key = event.key();
        int size = OBJECTS + TextSize.inMemory(event.type()) + TextSize.inMemory(event.data());
        if (key != null) {
            size += TextSize.inMemory(key);
        }
        for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
            size += ATTRIBUTE + TextSize.inMemory(attribute.getKey()) + TextSize.inMemory(attribute.getValue());
        }
        return size;
    }
}
