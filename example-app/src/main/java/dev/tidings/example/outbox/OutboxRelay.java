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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
 * without our knowing. Other topics go on meanwhile, and where an outcome takes long, too: it is looked at when it is there.
 *
 * <p>One thread, and of all nodes one that holds the lease, which it renews between any two rounds that take long. It is
 * woken at each commit, and looks by itself now and then, in case that was missed. A node that takes over while the one
 * before it is still about may publish a row once more, which the idempotency key catches.
 */
public final class OutboxRelay implements AutoCloseable {

    /** The type of the event upon which a page reads its data anew: it stands in for one that could not be published. */
    public static final String REFETCH = "refetch";

    private static final Logger LOGGER = System.getLogger(OutboxRelay.class.getName());
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    // How long the topics of a round wait for one another; with the lease's interval it is well below the lease's term.
    private static final Duration ROUND = Duration.ofSeconds(1);
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
    private final Map<Topic, Attempt> underWay = new HashMap<>();
    private long nextPrune;
    private long nextRenewal;
    private long fence = RelayLease.NOT_HELD;
    private boolean failing;
    private boolean blind;

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
            thread.join(STOP_PATIENCE.toMillis());
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
            boolean anyDone = sweep();
            blind = false;
            return anyDone;
        } catch (RuntimeException e) { // the database is away, say: look again at the next poll
            LOGGER.log(blind ? Level.DEBUG : Level.WARNING, "The outbox cannot be read for now", e);
            blind = true;
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
        standingBy = !hold();
        if (standingBy) {
            return false;
        }
        boolean anyDone = finishUnderWay();
        List<Queue<OutboxRow>> group = new ArrayList<>();
        for (Topic topic : outbox.topics()) {
            if (!underWay.containsKey(topic) && !backoff.holds(topic, millis.getAsLong())) {
                group.add(new ArrayDeque<>(outbox.unsent(topic, ROWS_PER_TOPIC)));
            }
            if (group.size() == TOPICS_AT_ONCE) {
                anyDone |= publish(group);
                group = new ArrayList<>();
            }
        }
        return publish(group) || anyDone;
    }

    /** Takes or renews the lease. What was begun in another term is none of ours any more. */
    private boolean hold() {
        long term = lease.hold();
        nextRenewal = millis.getAsLong() + lease.interval().toMillis();
        if (term != fence) {
            underWay.clear();
        }
        fence = term;
        return term != RelayLease.NOT_HELD;
    }

    /** Tells whether this may go on as it has begun. */
    private boolean isStillHeld() {
        long term = fence;
        return millis.getAsLong() < nextRenewal || (hold() && fence == term);
    }

    /** Looks at what had not come to an end before. */
    private boolean finishUnderWay() {
        List<Attempt> ended = underWay.values().stream()
                .filter(attempt -> attempt.outcome().isDone())
                .toList();
        List<OutboxRow> sent = new ArrayList<>();
        boolean anyDone = false;
        for (Attempt attempt : ended) {
            underWay.remove(attempt.row().topic());
            anyDone |= finish(attempt, sent);
        }
        outbox.markSent(sent, fence);
        return anyDone;
    }

    /** Publishes the first row of every topic, then the second of those whose first is done, and so on. */
    private boolean publish(List<Queue<OutboxRow>> topics) {
        List<OutboxRow> sent = new ArrayList<>();
        long term = fence;
        boolean anyDone = false;
        List<Queue<OutboxRow>> going = topics;
        going.removeIf(Queue::isEmpty);
        while (!going.isEmpty() && !closed && isStillHeld()) {
            List<Attempt> attempts = new ArrayList<>();
            for (Queue<OutboxRow> rows : going) { // all at once, so that topics do not wait for one another
                OutboxRow row = rows.remove();
                attempts.add(new Attempt(rows, row, start(row)));
            }
            await(attempts);
            going = new ArrayList<>();
            for (Attempt attempt : attempts) {
                if (!attempt.outcome().isDone()) {
                    leave(attempt);
                } else if (finish(attempt, sent)) {
                    anyDone = true;
                    going.add(attempt.behind());
                }
            }
            going.removeIf(Queue::isEmpty);
        }
        outbox.markSent(sent, term);
        return anyDone;
    }

    /** Publishes a row, or a refetch in its place if it can never be published. */
    private CompletableFuture<Outcome> start(OutboxRow row) {
        return publish(row, row.event())
                .thenApply(published -> new Outcome(null))
                .exceptionallyCompose(failure -> cause(failure) instanceof IllegalArgumentException invalid
                        ? publish(row, refetch(row)).thenApply(published -> new Outcome(invalid))
                        : CompletableFuture.failedFuture(failure))
                .toCompletableFuture();
    }

    private CompletionStage<Published> publish(OutboxRow row, Event event) {
        try {
            return publisher.publish(row.topic(), event, Publish.idempotencyKey(row.idempotencyKey()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Waits for all together, and lets those be that do not come in time. */
    private static void await(List<Attempt> attempts) {
        CompletableFuture<?>[] outcomes =
                attempts.stream().map(Attempt::outcome).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(outcomes).get(ROUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(Level.DEBUG, "Not all of a round was published", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing else of its topic goes out before it has come to an end, which then is looked at soon. */
    private void leave(Attempt attempt) {
        underWay.put(attempt.row().topic(), attempt);
        CompletableFuture<Outcome> unused = attempt.outcome().whenComplete((outcome, failure) -> wake());
    }

    /** Takes note of an outcome, and tells whether the row is done and the next one may go. */
    private boolean finish(Attempt attempt, List<OutboxRow> sent) {
        OutboxRow row = attempt.row();
        try {
            IllegalArgumentException invalid = attempt.outcome().join().invalid();
            if (invalid == null) {
                sent.add(row);
                failing = false;
            } else {
                park(row, invalid);
            }
        } catch (CompletionException | CancellationException e) {
            retryLater(row, cause(e));
            return false;
        }
        backoff.succeeded(row.topic());
        return true;
    }

    /** Puts aside what can never be published, so that it does not hold up what is behind it. */
    private void park(OutboxRow row, IllegalArgumentException invalid) {
        outbox.markParked(row, fence);
        LOGGER.log(
                Level.ERROR,
                "Row {0} of the outbox (webhook {1}) cannot be published and is parked: {2}",
                row.id(),
                row.idempotencyKey(),
                invalid.getMessage());
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static Event refetch(OutboxRow row) {
        return new Event(REFETCH, refetch().data(), null, row.event().attributes());
    }

    /** Makes the event that has a page read its data anew. */
    public static Event refetch() {
        return Event.of(REFETCH, Json.write(Map.of("type", REFETCH)));
    }

    private void retryLater(OutboxRow row, Throwable failure) {
        backoff.failed(row.topic(), millis.getAsLong());
        if (!failing) { // once, not for every row that waits for the backplane to come back
            LOGGER.log(Level.WARNING, "Row {0} of the outbox is tried again later: {1}", row.id(), failure);
        }
        failing = true;
    }

    /** A row on its way, and what is behind it in its topic. */
    private record Attempt(Queue<OutboxRow> behind, OutboxRow row, CompletableFuture<Outcome> outcome) {}

    /**
     * A row has gone out.
     *
     * @param invalid why a refetch had to go out in its place, or null if it was the row itself
     */
    private record Outcome(@Nullable IllegalArgumentException invalid) {}
}
