package dev.tidings.sse.delivery;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Lets readers look again at what they depend on, a slice at a time. Owned by its loop's thread. */
final class Recheck implements Turn {

    private Iterator<Reader> readers;

    /** Visits those who are in the list now. */
    Recheck(List<Reader> readers) {
        this.readers = List.copyOf(readers).iterator();
    }

    /** Visits nobody any more. */
    void stop() {
        readers = Collections.emptyIterator();
    }

    @Override
    public boolean take() {
        for (int visits = 0; visits < SLICE && readers.hasNext(); visits++) {
            readers.next().recheck();
        }
        return readers.hasNext();
    }
}
