package dev.tidings.sse.delivery;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import java.util.List;

/** Where one reader stands among the readers of each of its topics, and what it waits for there. Owned by its loop's thread. */
final class Memberships {

    private final Reader reader;
    private TopicReaders[] topics = {};
    private int[] slots = {};
    private long reading; // a bit per topic: a page was asked for
    private long keptUp; // a bit per topic: it has been at its end

    Memberships(Reader reader) {
        this.reader = reader;
    }

    void join(List<Topic> names) {
        topics = new TopicReaders[names.size()];
        slots = new int[names.size()];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = reader.loop().join(names.get(i), reader, i);
        }
    }

    void leave() {
        for (int i = 0; i < topics.length; i++) {
            reader.loop().leave(topics[i], reader, i);
        }
        topics = new TopicReaders[0];
    }

    /** Returns the number of topics, of which there is none before it has joined and after it has left. */
    int size() {
        return topics.length;
    }

    TopicReaders topic(int topicIndex) {
        return topics[topicIndex];
    }

    int indexOf(TopicReaders topic) {
        for (int i = 0; i < topics.length; i++) {
            if (topics[i] == topic) {
                return i;
            }
        }
        throw new IllegalStateException("reader does not read " + topic.topic());
    }

    /** Returns its place in the list of a topic's readers. */
    int slot(int topicIndex) {
        return slots[topicIndex];
    }

    void setSlot(int topicIndex, int slot) {
        slots[topicIndex] = slot;
    }

    /** Tells whether the backplane was asked about a topic and has not answered. */
    boolean isReading(int topicIndex) {
        return (reading & bit(topicIndex)) != 0;
    }

    boolean isReadingAny() {
        return reading != 0;
    }

    void requestPage(int topicIndex, long after) {
        reading |= bit(topicIndex);
        topics[topicIndex].requestPage(after, reader);
    }

    void pageArrived(TopicReaders topic) {
        reading &= ~bit(indexOf(topic));
    }

    /** Tells whether it has been at the end of a topic since it opened. */
    boolean hasKeptUp(int topicIndex) {
        return (keptUp & bit(topicIndex)) != 0;
    }

    /**
     * Notes whose end it has reached.
     *
     * @param ends a bit per topic
     */
    void keptUp(long ends) {
        keptUp |= ends;
    }

    /** Tells whether the backplane of any topic is away. */
    boolean isAnyStale() {
        for (TopicReaders topic : topics) {
            if (topic.feed().status() == Status.STALE) {
                return true;
            }
        }
        return false;
    }

    boolean areAllFollowed() {
        for (TopicReaders topic : topics) {
            if (!topic.feed().isFollowed()) {
                return false;
            }
        }
        return true;
    }

    private static long bit(int topicIndex) {
        return 1L << topicIndex;
    }
}
