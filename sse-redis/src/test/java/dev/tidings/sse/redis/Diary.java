package dev.tidings.sse.redis;

import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one visitor saw of its topics over its whole life, through all its connections. Written by its subscriber's
 * thread, read by the test's.
 */
final class Diary {

    /** Something that a visitor was given: an event at a position, or a gap. */
    record Line(long position, @Nullable String data, Gap.@Nullable Reason gap) {

        boolean isGap() {
            return gap != null;
        }
    }

    private final String owner;
    private final List<Topic> topics;
    private final boolean filtering;

    // Guarded by this.
    private final Map<Topic, List<Line>> lines = new HashMap<>();
    private final Map<Topic, Long> starts = new HashMap<>();
    private final Map<Topic, Long> last = new HashMap<>();

    Diary(String owner, List<Topic> topics, boolean filtering) {
        this.owner = owner;
        this.topics = List.copyOf(topics);
        this.filtering = filtering;
        topics.forEach(topic -> lines.put(topic, new ArrayList<>()));
    }

    List<Topic> topics() {
        return topics;
    }

    boolean isFiltering() {
        return filtering;
    }

    /** Tells whether it asks for this event. */
    boolean asksFor(String data) {
        return !filtering || Publication.passesFilter(data);
    }

    /** Notes where it begins, once: from there on it must miss nothing. */
    synchronized void begin(Map<Topic, Long> at) {
        if (starts.isEmpty()) {
            starts.putAll(at);
            last.putAll(at);
        }
    }

    synchronized boolean hasBegun() {
        return !starts.isEmpty();
    }

    synchronized void saw(Topic topic, long position, String data) {
        lines.get(topic).add(new Line(position, data, null));
        last.put(topic, position);
    }

    synchronized void missed(Topic topic, Gap.Reason reason) {
        lines.get(topic).add(new Line(0, null, reason));
    }

    synchronized long start(Topic topic) {
        return starts.get(topic);
    }

    /** Returns the position of the last event it saw of a topic, or where it began. */
    synchronized long last(Topic topic) {
        return last.getOrDefault(topic, 0L);
    }

    synchronized List<Line> lines(Topic topic) {
        return List.copyOf(lines.get(topic));
    }

    @Override
    public String toString() {
        return owner;
    }
}
