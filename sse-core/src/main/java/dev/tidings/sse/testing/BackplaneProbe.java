package dev.tidings.sse.testing;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Page;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A backplane whose answers are waited for, in the words that tests of an implementation are written in. Thread-safe, as
 * its backplane is. A stage that fails, or is not complete within 30 s, is an {@link AssertionError}.
 */
public final class BackplaneProbe {

    /** More than a test appends: no bound on a page. */
    private static final int ALL = 1_000_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Topic SCRATCH = Topic.of("tidings-probe");

    private final Backplane backplane;
    private final @Nullable Consumer<Duration> clock;

    /** Creates a probe of a backplane that goes by the system's clock. */
    public BackplaneProbe(Backplane backplane) {
        this(backplane, null);
    }

    BackplaneProbe(Backplane backplane, @Nullable Consumer<Duration> clock) {
        this.backplane = Objects.requireNonNull(backplane, "backplane");
        this.clock = clock;
    }

    /** Returns what is probed. */
    public Backplane backplane() {
        return backplane;
    }

    /** Appends an event of type {@code event}, with default retention. */
    public Position append(Topic topic, String data) {
        return append(topic, Event.of("event", data));
    }

    /** Appends an event with default retention. */
    public Position append(Topic topic, Event event) {
        return append(topic, event, Retention.DEFAULT, null).position();
    }

    /** Appends an event. */
    public Published append(Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        return await(backplane.append(topic, event, retention, idempotencyKey));
    }

    /** Appends 0, 1, 2 and so on, with default retention. */
    public List<Position> appendAll(Topic topic, int count) {
        return appendAll(topic, count, Retention.DEFAULT);
    }

    /** Appends 0, 1, 2 and so on. */
    public List<Position> appendAll(Topic topic, int count, Retention retention) {
        return IntStream.range(0, count)
                .mapToObj(i -> append(topic, Event.of("event", "" + i), retention, null)
                        .position())
                .toList();
    }

    /** Returns where a topic ends. */
    public Position end(Topic topic) {
        return await(backplane.read(topic, null, 1, 1)).end();
    }

    /** Reads a page. */
    public Page read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        return await(backplane.read(topic, after, maxEntries, maxBytes));
    }

    /** Reads a page without bounds. */
    public Page readAll(Topic topic, Position after) {
        return read(topic, after, ALL, ALL);
    }

    /** Follows a topic, and waits for the acknowledgement. */
    public RecordingSink follow(Topic topic) {
        RecordingSink sink = new RecordingSink();
        await(backplane.follow(topic, sink).acknowledged());
        return sink;
    }

    /** Waits for a stage. */
    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("expected an answer, came " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new AssertionError("expected an answer, nothing came within " + TIMEOUT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an answer", e);
        }
    }

    /** Returns the data of a page's entries. */
    public static List<String> data(Page page) {
        return page.entries().stream().map(entry -> entry.event().data()).toList();
    }

    /** Lets a moment pass on the clock that positions are made of. */
    void passTime() {
        if (clock != null) {
            clock.accept(Duration.ofMillis(5));
            return;
        }
        // Not by sleeping: the log's clock may be another machine's.
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        long before = append(SCRATCH, "").millis();
        while (append(SCRATCH, "").millis() <= before + 1) {
            Expect.that(System.nanoTime() - deadline < 0, "the log's clock to move within " + TIMEOUT, before);
        }
    }

    /** Lets so much time pass. */
    void advance(Duration time) {
        Objects.requireNonNull(clock, "clock").accept(time);
    }
}
