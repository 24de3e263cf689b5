package dev.tidings.sse.spi;

import dev.tidings.sse.Entry;

/**
 * The node's side of a topic that it follows. A backplane calls it from any thread, for one topic one call at a time, in
 * log order. No call blocks: it files the entry and wakes loops.
 */
public interface Sink {

    /**
     * Takes a new entry. One whose {@code prev} does not follow on is found by the node, which then reads again; one that
     * comes twice is dropped. An older one that comes again after {@link #diverged} would be taken for news, and hide
     * what followed it until the next: a backplane must not pass it on.
     */
    void entry(Entry entry);

    /** Learns that entries may have been missed or undone: what the node holds must be read again. */
    void diverged();

    /** Learns that the backplane went away or came back. After {@link Status#FRESH} no entry is missing. */
    void status(Status status);
}
