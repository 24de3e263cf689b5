package dev.tidings.sse;

import java.util.Objects;

/**
 * A named, ordered log of events, such as {@code user:42} or {@code guild:7}.
 *
 * <pre>{@code
 * Topic user = Topic.of("user", "42");   // "user:42"
 * Topic news = Topic.of("news");
 * }</pre>
 *
 * @param name 1 to {@value #MAX_LENGTH} visible ASCII characters. A leading {@code $} is reserved: only {@link #control}
 *     has one, which an application can neither publish nor subscribe to
 */
public record Topic(String name) implements Comparable<Topic> {

    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 256;

    /** The one reserved name: the log of revocations that every node follows. */
    private static final String CONTROL_NAME = "$control";

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if the name is empty, too long, reserved, or holds another character than visible
     *     ASCII
     */
    public Topic {
        Objects.requireNonNull(name, "name");
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "topic name must have 1 to " + MAX_LENGTH + " characters, had " + name.length());
        }
        if (!Printable.isVisibleAscii(name)) {
            throw new IllegalArgumentException("topic name must be visible ASCII, was " + Printable.quote(name));
        }
        if (name.charAt(0) == '$' && !name.equals(CONTROL_NAME)) {
            throw new IllegalArgumentException("topic names starting with '$' are reserved, was " + name);
        }
    }

    /**
     * Returns the topic with this name.
     *
     * @throws IllegalArgumentException as the constructor, and for the name of {@link #control}
     */
    public static Topic of(String name) {
        Topic topic = new Topic(name);
        if (topic.isControl()) {
            throw new IllegalArgumentException("topic name " + name + " is reserved");
        }
        return topic;
    }

    /**
     * Returns the topic {@code kind:id}. The kind holds no colon, so that no two pairs make the same topic: an id that
     * an outsider chose cannot reach into another kind.
     *
     * @throws IllegalArgumentException if the kind or the id is empty, the kind holds a colon, or the name is invalid
     */
    public static Topic of(String kind, String id) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(id, "id");
        if (kind.isEmpty() || kind.indexOf(':') >= 0) {
            throw new IllegalArgumentException("kind must be non-empty and hold no ':', was " + Printable.quote(kind));
        }
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id of a topic of kind " + kind + " must not be empty");
        }
        return of(kind + ":" + id);
    }

    /** Returns the log of revocations and re-authorisations; a backplane treats it as any other topic. */
    public static Topic control() {
        return new Topic(CONTROL_NAME);
    }

    /** Tells whether this is {@link #control()}. */
    public boolean isControl() {
        return name.equals(CONTROL_NAME);
    }

    @Override
    public int compareTo(Topic other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
