package dev.tidings.sse.redis;

import java.util.Objects;

/**
 * Something that goes wrong for a while.
 *
 * @param name what, for the story of a failure
 * @param victim whom it befalls: one thing at a time
 * @param begin makes it go wrong
 * @param end sets it right
 * @param millis how long it lasts
 */
record Mischief(String name, String victim, Runnable begin, Runnable end, int millis) {

    Mischief {
        Objects.requireNonNull(name);
        Objects.requireNonNull(victim);
        Objects.requireNonNull(begin);
        Objects.requireNonNull(end);
    }

    /** Something that is over at once. */
    static Mischief sudden(String name, String victim, Runnable begin) {
        return new Mischief(name, victim, begin, () -> {}, 0);
    }
}
