package dev.tidings.sse.redis;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

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

    /**
     * Something that befalls a server for a while. Which one is found out only when it begins: while another fault goes on,
     * the one to ask may be frozen, and another the master afterwards.
     */
    static Mischief lasting(
            String name,
            String victim,
            Supplier<RedisServer> server,
            ServerMischief.Deed begin,
            ServerMischief.Deed end,
            int millis) {
        AtomicReference<RedisServer> befallen = new AtomicReference<>();
        return new Mischief(
                name,
                victim,
                () -> {
                    befallen.set(server.get());
                    begin.to(befallen.get());
                },
                () -> end.to(befallen.get()),
                millis);
    }

    /** Something that is over at once. */
    static Mischief sudden(String name, String victim, Runnable begin) {
        return new Mischief(name, victim, begin, () -> {}, 0);
    }
}
