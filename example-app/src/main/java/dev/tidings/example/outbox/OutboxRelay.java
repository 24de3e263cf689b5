package dev.tidings.example.outbox;

import dev.tidings.example.json.Json;
import dev.tidings.sse.Event;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what is in the outbox: of each topic the lowest unsent row, and the next one only once that is done. A
 * row whose publish fails is tried again, later and later; the webhook's id as idempotency key catches what was published
 * without our knowing. Other topics go on meanwhile.
 *
 * <p>One thread, and of all nodes one that holds the lease. It is woken at each commit, and looks by itself now and then, in
 * case that was missed. A node that takes over while the one before it is still about may publish a row once more, which
 * the idempotency key catches.
 */
public final class OutboxRelay implements AutoCloseable {

    /** The type of the event upon which a page reads its data anew: it stands in for one that could not be published. */
    public static final String REFETCH = "refetch";

    private static final Logger LOGGER = System.getLogger(OutboxRelay.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PRUNE_EVERY_MILLIS = Duration.ofHours(1).toMillis();

    // Together they bound what is in memory at a time: 1,000 events of at most 64 KiB.
    private static final int TOPICS_AT_ONCE = 50;
    private static final int ROWS_PER_TOPIC = 20;

    private final Outbox outbox;
    private final RelayLease lease;
    private final Publisher publisher;
    private final LongSupplier millis;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "outbox-relay");
    private volatile boolean closed;
    private volatile boolean standingBy;

    // Touched by the relay's thread only.
    private final Backoff backoff = new Backoff();
    private long nextPrune;
    private long fence;
    private boolean failing;

    /** Creates a relay, which does nothing yet. */
    public OutboxRelay(Outbox outbox, RelayLease lease, Publisher publisher) {
        this(outbox, lease, publisher, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    OutboxRelay(Outbox outbox, RelayLease lease, Publisher publisher, LongSupplier millis) {
        this.outbox = outbox;
        this.lease = lease;
        this.publisher = publisher;
        this.millis = millis;
        this.nextPrune = millis.getAsLong();
        thread.setDaemon(true);
    }

    /** Begins, with what an earlier run has left behind. */
    public void start() {
        thread.start();
    }

    /** Says that something was committed. Never blocks. */
    public void wake() {
        wakeUps.release();
    }

    /** Tells whether another node's relay is at work, which must be told of what was committed here. */
    public boolean isStandingBy() {
        return standingBy;
    }

    /** Stops soon. What is unsent stays in the outbox for the next run. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            if (!sweepSafely()) {
                sleep();
            }
        }
        try {
            lease.release();
        } catch (RuntimeException e) { // it runs out by itself
            LOGGER.log(Level.DEBUG, "The relay's lease was not released", e);
        }
    }

    private void sleep() {
        try {
            long pause = backoff.untilNext(millis.getAsLong(), lease.interval()).toMillis();
            wakeUps.tryAcquire(pause, TimeUnit.MILLISECONDS);
            wakeUps.drainPermits();
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private boolean sweepSafely() {
        try {
            pruneNowAndThen();
            return sweep();
        } catch (RuntimeException e) { // the database is away, say: look again at the next poll
            LOGGER.log(Level.WARNING, "The outbox cannot be read for now", e);
            return false;
        }
    }

    private void pruneNowAndThen() {
        if (millis.getAsLong() >= nextPrune) {
            nextPrune = millis.getAsLong() + PRUNE_EVERY_MILLIS;
            outbox.prune();
        }
    }

    /** Goes once through all topics, and tells whether any row is done: then there may be more. */
    boolean sweep() {
        fence = lease.hold();
        standingBy = fence == RelayLease.NOT_HELD;
        if (standingBy) {
            return false;
        }
        boolean anyDone = false;
        List<Queue<OutboxRow>> group = new ArrayList<>();
        for (Topic topic : outbox.topics()) {
            if (!backoff.holds(topic, millis.getAsLong())) {
                group.add(new ArrayDeque<>(outbox.unsent(topic, ROWS_PER_TOPIC)));
            }
            if (group.size() == TOPICS_AT_ONCE) {
                anyDone |= publish(group);
                group = new ArrayList<>();
            }
        }
        return publish(group) || anyDone;
    }

    /** Publishes the first row of every topic, then the second of those whose first is done, and so on. */
    private boolean publish(List<Queue<OutboxRow>> topics) {
        List<OutboxRow> sent = new ArrayList<>();
        boolean anyDone = false;
        List<Queue<OutboxRow>> going = topics;
        while (!going.isEmpty() && !closed) {
            List<Attempt> attempts = new ArrayList<>();
            for (Queue<OutboxRow> rows : going) { // all at once, so that topics do not wait for one another
                OutboxRow row = rows.remove();
                attempts.add(new Attempt(rows, row, start(row, row.event())));
            }
            going = new ArrayList<>();
            for (Attempt attempt : attempts) {
                if (finish(attempt, sent)) {
                    anyDone = true;
                    going.add(attempt.behind());
                }
            }
            going.removeIf(Queue::isEmpty);
        }
        outbox.markSent(sent, fence);
        return anyDone;
    }

    private CompletionStage<Published> start(OutboxRow row, Event event) {
        try {
            return publisher.publish(row.topic(), event, Publish.idempotencyKey(row.idempotencyKey()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Waits for the outcome, and tells whether the row is done and the next one may go. */
    private boolean finish(Attempt attempt, List<OutboxRow> sent) {
        OutboxRow row = attempt.row();
        try {
            await(attempt.outcome());
            sent.add(row);
            failing = false;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof IllegalArgumentException invalid) || !park(row, invalid)) {
                return retryLater(row, e.getCause());
            }
        } catch (TimeoutException e) {
            return retryLater(row, e);
        }
        backoff.succeeded(row.topic());
        return true;
    }

    /** Puts aside what can never be published, so that it does not hold up what is behind it. */
    private boolean park(OutboxRow row, IllegalArgumentException invalid) {
        try {
            await(start(row, refetch(row)));
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
        outbox.markParked(row, fence);
        LOGGER.log(
                Level.ERROR,
                "Row {0} of the outbox (webhook {1}) cannot be published and is parked: {2}",
                row.id(),
                row.idempotencyKey(),
                invalid.getMessage());
        return true;
    }

    private static Event refetch(OutboxRow row) {
        return new Event(REFETCH, refetch().data(), null, row.event().attributes());
    }

    /** Makes the event that has a page read its data anew. */
    public static Event refetch() {
        return Event.of(REFETCH, Json.write(Map.of("type", REFETCH)));
    }

    private boolean retryLater(OutboxRow row, @Nullable Throwable failure) {
        backoff.failed(row.topic(), millis.getAsLong());
        if (!failing) { // once, not for every row that waits for the backplane to come back
            LOGGER.log(Level.WARNING, "Row {0} of the outbox is tried again later: {1}", row.id(), failure);
        }
        failing = true;
        return false;
    }

    private static void await(CompletionStage<Published> outcome) throws ExecutionException, TimeoutException {
        try {
            outcome.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }

    /** A row on its way, and what is behind it in its topic. */
    private record Attempt(Queue<OutboxRow> behind, OutboxRow row, CompletionStage<Published> outcome) {}
}
