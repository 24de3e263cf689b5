package dev.tidings.sse.redis;

import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;
import java.util.Objects;

/**
 * One event that somebody wanted in a topic's log, and what became of it. Its data names it, wherever it turns up.
 * Thread-safe.
 */
final class Publication {

    /** What the publisher was told. */
    enum Outcome {
        /** Nothing yet. */
        WAITING,
        /** It is stored. */
        STORED,
        /** It may be stored, or not. */
        UNKNOWN,
        /** It is not stored. */
        REFUSED
    }

    /** Every so many events are not what filtering visitors ask for. */
    private static final int FILTERED = 3;

    private final Topic topic;
    private final String publisher;
    private final int number;
    private final long begunNanos = System.nanoTime();

    // Guarded by this.
    private Outcome outcome = Outcome.WAITING;
    private long position;

    /** One who publishes 0, 1, 2 and so on to a topic: in this order they must arrive. */
    Publication(Topic topic, String publisher, int number) {
        this.topic = Objects.requireNonNull(topic);
        this.publisher = Objects.requireNonNull(publisher);
        this.number = number;
    }

    Topic topic() {
        return topic;
    }

    String publisher() {
        return publisher;
    }

    int number() {
        return number;
    }

    /** Tells whether it was begun after a time. */
    boolean isBegunAfter(long nanos) {
        return begunNanos - nanos > 0;
    }

    Event event() {
        return Event.of("event", data());
    }

    String data() {
        return topic + "/" + publisher + "/" + number;
    }

    /** Tells whether a visitor that filters asks for this. */
    boolean passesFilter() {
        return passesFilter(data());
    }

    static boolean passesFilter(String data) {
        return Integer.parseInt(data.substring(data.lastIndexOf('/') + 1)) % FILTERED != 0;
    }

    static Topic topicOf(String data) {
        return Topic.of(data.substring(0, data.indexOf('/')));
    }

    synchronized void stored(long at) {
        outcome = Outcome.STORED;
        position = at;
    }

    synchronized void failed(boolean outcomeKnown) {
        outcome = outcomeKnown ? Outcome.REFUSED : Outcome.UNKNOWN;
    }

    synchronized Outcome outcome() {
        return outcome;
    }

    /** Returns where it is stored; what it says before that means nothing. */
    synchronized long position() {
        return position;
    }

    @Override
    public String toString() {
        return data();
    }
}
