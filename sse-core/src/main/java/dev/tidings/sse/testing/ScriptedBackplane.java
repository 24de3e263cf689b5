package dev.tidings.sse.testing;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A backplane that is far away: it goes away and comes back, and its answers and entries come when the test says so, or
 * not at all. Without a script it is as near as the logs it stands before.
 *
 * <pre>{@code
 * SteppedBroadcaster node = SteppedBroadcaster.create();
 * node.backplane().goAway();         // publishes fail, streams are told that they may be stale
 * node.settle();
 * node.backplane().comeBack();       // all that was missed arrives
 * node.settle();
 * }</pre>
 *
 * <p><em>Threading.</em> The script is for one thread, the test's. Publishers may be on others.
 */
public final class ScriptedBackplane implements Backplane {

    private final int logTag;
    private final List<ScriptedFollower> followers = new CopyOnWriteArrayList<>();
    private final Gate reads = new Gate();
    private final Gate appends = new Gate();
    private final Gate acknowledgements = new Gate();
    private final AtomicInteger readFailures = new AtomicInteger();
    private final AtomicInteger appendFailures = new AtomicInteger();
    private final AtomicInteger lostAnswers = new AtomicInteger();

    // Written by the script, read by any thread.
    private volatile Backplane logs;
    private volatile Status announced = Status.FRESH;
    private volatile boolean away;
    private volatile boolean holdAcknowledgements;
    private volatile boolean holdEntries;
    private volatile boolean loseEntries;
    private volatile boolean doubleEntries;

    /** Creates a backplane in front of logs, which it closes when it is closed. */
    public ScriptedBackplane(Backplane logs) {
        this(logs, logs.logTag());
    }

    /** Creates a backplane in front of logs, with a tag of its own: 0 lets cursors survive {@link #replaceLogs}. */
    public ScriptedBackplane(Backplane logs, int logTag) {
        this.logs = Objects.requireNonNull(logs, "logs");
        this.logTag = logTag;
    }

    /** Creates a backplane in front of empty logs in memory, which go by a clock of the caller's. */
    public static ScriptedBackplane inMemory(InstantSource clock) {
        return new ScriptedBackplane(new MemoryBackplane(clock));
    }

    /**
     * Returns the logs behind it, which are never away: what is appended to them happened on another node. A second
     * scripted backplane before them makes a second node.
     */
    public Backplane logs() {
        return logs;
    }

    // Outages.

    /**
     * Goes away. It is {@link Status#STALE}; appends, and reads, fail with {@link BackplaneUnavailableException}, whose
     * outcome is known, unless they are held; entries and acknowledgements wait for {@link #comeBack}.
     */
    public void goAway() {
        away = true;
        acknowledgements.shut();
        followers.forEach(follower -> follower.entries().shut());
        announce(Status.STALE);
    }

    /**
     * Comes back: brings the entries that were held, tells those followers that they diverged who lost some, and is
     * {@link Status#FRESH}. What the test holds for itself stays held.
     */
    public void comeBack() {
        away = false;
        if (!holdAcknowledgements) {
            acknowledgements.open();
        }
        if (!holdEntries) {
            followers.forEach(ScriptedFollower::openEntries);
        }
        followers.forEach(ScriptedFollower::confessLoss);
        announce(Status.FRESH);
    }

    /** Tells all followers a status, and does nothing else: reads and appends go on. */
    public void announce(Status newStatus) {
        announced = newStatus;
        followers.forEach(follower -> follower.status(newStatus));
    }

    /** Tells all followers that they may have missed something. */
    public void diverge() {
        followers.forEach(ScriptedFollower::diverged);
    }

    /** Puts other logs in place of these: an old dump, a replica that was behind. Nobody is told. */
    public void replaceLogs(Backplane others) {
        logs = Objects.requireNonNull(others, "others");
        followers.stream().filter(ScriptedFollower::hasBegun).forEach(follower -> follower.follow(others));
    }

    // Reads.

    /** Makes the next so many reads fail. */
    public void failNextReads(int count) {
        readFailures.set(count);
    }

    /** Holds back the answers of reads from now on. They say how the logs were when they were asked. */
    public void holdReads() {
        reads.shut();
    }

    /** Gives all answers that were held, and holds no more. */
    public void releaseReads() {
        reads.open();
    }

    /** Returns the number of reads whose answers are held. */
    public int heldReads() {
        return reads.size();
    }

    // Appends.

    /** Makes the next so many appends fail, with nothing stored. */
    public void failNextAppends(int count) {
        appendFailures.set(count);
    }

    /**
     * Makes the next so many appends fail although the event is stored and announced: the answer is lost, so the outcome
     * is not known to the publisher. Publishing again without an idempotency key makes a second entry.
     */
    public void loseNextAnswers(int count) {
        lostAnswers.set(count);
    }

    /** Holds back appends from now on: nothing is stored before {@link #releaseAppends}. */
    public void holdAppends() {
        appends.shut();
    }

    /** Carries out all appends that were held, in their order, and holds no more. */
    public void releaseAppends() {
        appends.open();
    }

    // What comes to followers.

    /** Holds back acknowledgements from now on. What is appended before it has one is not a follower's. */
    public void holdAcknowledgements() {
        holdAcknowledgements = true;
        acknowledgements.shut();
    }

    /** Gives all acknowledgements that were held, and holds no more. */
    public void releaseAcknowledgements() {
        holdAcknowledgements = false;
        acknowledgements.open();
    }

    /** Holds back entries from now on. */
    public void holdEntries() {
        holdEntries = true;
        followers.forEach(follower -> follower.entries().shut());
    }

    /** Brings all entries that were held, and holds no more. */
    public void releaseEntries() {
        holdEntries = false;
        followers.forEach(ScriptedFollower::openEntries);
    }

    /** Loses entries on their way to followers from now on, or no more. Nobody is told before {@link #comeBack}. */
    public void loseEntries(boolean lose) {
        loseEntries = lose;
        followers.forEach(follower -> follower.lossy(lose));
    }

    /** Brings each entry twice from now on, as a backplane that retries may, or no more. */
    public void doubleEntries(boolean twice) {
        doubleEntries = twice;
        followers.forEach(follower -> follower.doubling(twice));
    }

    /** Brings an entry to its topic's followers at once, again or out of order. */
    public void repeat(Topic topic, Entry entry) {
        followers.stream()
                .filter(follower -> follower.topic().equals(topic))
                .forEach(follower -> follower.deliver(entry));
    }

    // All that is held.

    /** Tells whether anything waits. */
    public boolean isHolding() {
        return gates().stream().anyMatch(gate -> gate.size() > 0);
    }

    /** Lets one thing happen that waits, if there is any: one that a generator chooses, but in order within its kind. */
    public void releaseOne(RandomGenerator choice) {
        List<Gate> waiting = gates();
        waiting.removeIf(gate -> gate.size() == 0);
        if (!waiting.isEmpty()) {
            waiting.get(choice.nextInt(waiting.size())).passOne();
        }
    }

    /** Lets everything happen that waits, and holds no more. */
    public void releaseAll() {
        releaseAcknowledgements();
        releaseReads();
        releaseEntries();
        releaseAppends();
    }

    // What the library calls.

    @Override
    public CompletionStage<Published> append(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        CompletableFuture<Published> answer = new CompletableFuture<>();
        appends.pass(() -> appendNow(topic, event, retention, idempotencyKey).whenComplete(passingTo(answer)));
        return answer.minimalCompletionStage();
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        ScriptedFollower[] self = new ScriptedFollower[1];
        ScriptedFollower follower = new ScriptedFollower(this, topic, sink, () -> followers.remove(self[0]));
        self[0] = follower;
        follower.lossy(loseEntries);
        follower.doubling(doubleEntries);
        if (holdEntries || away) {
            follower.entries().shut();
        }
        followers.add(follower);
        acknowledgements.pass(() -> follower.follow(logs));
        return follower;
    }

    @Override
    public CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        CompletionStage<Page> now = away || takeOne(readFailures)
                ? CompletableFuture.failedFuture(new BackplaneUnavailableException("read of " + topic, true))
                : logs.read(topic, after, maxEntries, maxBytes);
        CompletableFuture<Page> answer = new CompletableFuture<>();
        reads.pass(() -> now.whenComplete(passingTo(answer)));
        return answer.minimalCompletionStage();
    }

    /** Those of the logs. What is taken or released while away counts, as it would from the return on. */
    @Override
    public Optional<Leases> leases() {
        return logs.leases().map(AwayLeases::new);
    }

    @Override
    public Status status() {
        return announced == Status.STALE ? Status.STALE : logs.status();
    }

    @Override
    public int logTag() {
        return logTag;
    }

    @Override
    public void close() {
        logs.close();
        for (ScriptedFollower follower : followers) {
            follower.entries().clear();
        }
        // Nothing waits for ever: what was held now fails.
        acknowledgements.open();
        reads.open();
        appends.open();
    }

    /** Completes a future as a stage was completed. */
    static <T> BiConsumer<T, @Nullable Throwable> passingTo(CompletableFuture<T> answer) {
        return (value, failure) -> {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        };
    }

    private CompletionStage<Published> appendNow(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        if (away || takeOne(appendFailures)) {
            return CompletableFuture.failedFuture(new BackplaneUnavailableException("append to " + topic, true));
        }
        CompletionStage<Published> stored = logs.append(topic, event, retention, idempotencyKey);
        if (!takeOne(lostAnswers)) {
            return stored;
        }
        return stored.thenCompose(published ->
                CompletableFuture.failedFuture(new BackplaneUnavailableException("append to " + topic, false)));
    }

    private List<Gate> gates() {
        List<Gate> gates = new ArrayList<>(List.of(reads, acknowledgements));
        followers.forEach(follower -> gates.add(follower.entries()));
        gates.add(appends);
        return gates;
    }

    private <T> CompletionStage<T> unlessAway(String what, CompletionStage<T> answer) {
        return away ? CompletableFuture.failedFuture(new BackplaneUnavailableException(what, true)) : answer;
    }

    private final class AwayLeases implements Leases {

        private final Leases leases;

        AwayLeases(Leases leases) {
            this.leases = leases;
        }

        @Override
        public CompletionStage<List<Lease>> take(String group, Lease lease, int most) {
            return unlessAway("lease in " + group, leases.take(group, lease, most));
        }

        @Override
        public void release(String group, Lease lease) {
            leases.release(group, lease);
        }

        @Override
        public CompletionStage<List<Lease>> held(String group) {
            return unlessAway("leases of " + group, leases.held(group));
        }
    }

    private static boolean takeOne(AtomicInteger count) {
        return count.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }
}
