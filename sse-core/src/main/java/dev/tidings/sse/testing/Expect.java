package dev.tidings.sse.testing;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the contract's checks say about what came. */
final class Expect {

    private Expect() {}

    static void that(boolean condition, String expected, @Nullable Object came) {
        if (!condition) {
            throw new AssertionError("expected " + expected + ", came " + came);
        }
    }

    static void equal(String what, @Nullable Object expected, @Nullable Object came) {
        that(Objects.equals(expected, came), what + " to be " + expected, came);
    }

    /** Each entry follows the one before it, and the first one the start. */
    static void chain(Position start, List<Entry> entries) {
        Position before = start;
        for (Entry entry : entries) {
            equal("prev of the entry at " + entry.position(), before, entry.prev());
            that(entry.position().compareTo(before) > 0, "a position greater than " + before, entry.position());
            before = entry.position();
        }
    }

    static void closed(String what, CompletionStage<?> stage) throws InterruptedException {
        try {
            Object answer = stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
            throw new AssertionError("expected " + what + " to fail after close, came " + answer);
        } catch (ExecutionException e) {
            that(
                    e.getCause() instanceof BroadcasterClosedException,
                    what + " to fail with BroadcasterClosedException",
                    e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("expected " + what + " to fail after close, nothing came within 30 s", e);
        }
    }

    static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }
}
