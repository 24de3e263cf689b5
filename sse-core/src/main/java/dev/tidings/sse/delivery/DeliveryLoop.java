package dev.tidings.sse.delivery;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.TimeSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A single-threaded, deterministic queue that reads the logs on behalf of its subscriptions.
 *
 * <p>All state of a subscription is touched by its loop only, so none of it is locked. Other threads hand in tasks by
 * {@link #execute}. A thread drives the loop in production ({@link LoopThread}); a test steps it by hand, through any
 * interleaving it likes.
 *
 * <p>A step is one control task (open, close, revoke, ready), else one timer, else one slice of a {@link Turn}. So
 * control work goes first, and one busy topic holds up the others for a slice at most. After many tasks and timers in a
 * row the others have a step.
 */
final class DeliveryLoop implements LoopDriver.Loop, Executor {

    private static final Logger LOG = System.getLogger(DeliveryLoop.class.getName());

    // After so many tasks and timers in a row the others come all the same: a storm of tasks would keep deadlines from
    // passing, and either would stop delivery.
    private static final int URGENT_IN_A_ROW = 256;

    private final TopicFeeds feeds;
    private final Settings settings;
    private final Meters meters;
    private final TimeSource time;

    // Written by any thread.
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile Runnable waker = () -> {};

    // Counts what was handed in at rest, so that one thread at a time does the work, and none waits for another.
    private final AtomicInteger atRest = new AtomicInteger();

    // Touched by the loop's thread only.
    private final Queue<Turn> turns = new ArrayDeque<>();
    private final Map<Topic, TopicReaders> topics = new HashMap<>();
    private final Timers timers;
    private final ReaderList readers;
    private final Draft draft = new Draft();
    private final FrameJoiner joiner = new FrameJoiner();
    private final ReadPermits reads = new ReadPermits();
    private final AccessGate gate = new AccessGate(this::recheckAll, this::recheckHeld);
    private Recheck letOn = new Recheck(List.of());
    private int urgentInARow;

    DeliveryLoop(TopicFeeds feeds, Settings settings, Meters meters, TimeSource time) {
        this.feeds = feeds;
        this.settings = settings;
        this.meters = meters;
        this.time = time;
        this.timers = new Timers(time);
        this.readers = new ReaderList(time, settings.heartbeat());
        scheduleHeartbeats();
    }

    /** Hands in a task, from any thread. Tasks run in the order in which they were handed in. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        waker.run();
    }

    /** Sets what wakes the thread that drives this loop. */
    @Override
    public void wakeWith(Runnable newWaker) {
        waker = newWaker;
    }

    @Override
    public void rest() {
        waker = this::work;
        work(); // what came behind the last step, and found only the old waker
    }

    /** Does one step, and tells whether there was anything to do. */
    @Override
    public boolean step() {
        try {
            if (urgentInARow >= URGENT_IN_A_ROW) {
                return runOthers() || runTask();
            }
            return runTask() || runTimer() || runTurn();
        } catch (Throwable failure) {
            // A loop serves thousands, so it outlives whatever goes wrong in one step.
            LOG.log(Level.ERROR, "a step of a delivery loop failed", failure);
            return true;
        }
    }

    /** Tells whether a task or a turn waits, so that the loop must not sleep. */
    @Override
    public boolean hasWork() {
        return !tasks.isEmpty() || !turns.isEmpty();
    }

    @Override
    public long nanosToNextTimer() {
        return timers.nanosToNext();
    }

    // All that follows is for the loop's own thread.

    void enqueue(Turn turn) {
        turns.add(turn);
    }

    Timers.Timer after(Duration delay, Runnable action) {
        return timers.after(delay, action);
    }

    Backplane backplane() {
        return feeds.backplane();
    }

    TimeSource time() {
        return time;
    }

    Meters meters() {
        return meters;
    }

    Settings settings() {
        return settings;
    }

    ReaderList readers() {
        return readers;
    }

    FrameJoiner joiner() {
        return joiner;
    }

    ReadPermits reads() {
        return reads;
    }

    AccessGate gate() {
        return gate;
    }

    /** Returns the one write that is being put together, good until another reader writes. */
    Draft draft() {
        return draft;
    }

    /** Adds a reader to a topic, which from now on is followed. */
    TopicReaders join(Topic topic, Reader reader, int topicIndex) {
        TopicReaders joined = topics.get(topic);
        if (joined == null) {
            joined = new TopicReaders(this, feeds.acquire(topic));
            topics.put(topic, joined);
        }
        joined.add(reader, topicIndex);
        return joined;
    }

    void leave(TopicReaders left, Reader reader, int topicIndex) {
        left.remove(reader, topicIndex);
        if (left.isEmpty()) {
            topics.remove(left.topic());
            left.close();
            feeds.release(left.feed());
        }
    }

    /** Returns the readers of a topic on this loop, or null if there are none. */
    @Nullable
    TopicReaders topic(Topic topic) {
        return topics.get(topic);
    }

    private void work() {
        if (atRest.getAndIncrement() > 0) {
            return; // who is at it does this, too
        }
        int seen = 1;
        while (seen > 0) {
            while (step()) {}
            seen = atRest.addAndGet(-seen);
        }
    }

    private void recheckAll() {
        enqueue(new Recheck(readers.all()));
    }

    private void recheckHeld() {
        List<Reader> held = readers.all();
        held.removeIf(reader -> !reader.wasHeld());
        // The last one may not be through, where revocations come fast; whom it has not visited is among these.
        letOn.stop();
        letOn = new Recheck(held);
        enqueue(letOn);
    }

    private boolean runTask() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        urgentInARow++;
        task.run();
        return true;
    }

    private boolean runTimer() {
        boolean due = timers.runDue();
        urgentInARow += due ? 1 : 0;
        return due;
    }

    private boolean runOthers() {
        urgentInARow = 0;
        boolean some = false;
        for (int i = 0; i < Turn.SLICE && timers.runDue(); i++) {
            some = true;
        }
        return runTurn() || some;
    }

    private boolean runTurn() {
        urgentInARow = 0;
        Turn turn = turns.poll();
        if (turn == null) {
            return false;
        }
        boolean more = true; // also when it throws, or whoever had yet to be visited would wait for ever
        try {
            more = turn.take();
        } finally {
            if (more) {
                turns.add(turn);
            }
        }
        return true;
    }

    private void scheduleHeartbeats() {
        timers.after(readers.untilNextHeartbeat(), () -> enqueue(this::beat));
    }

    private boolean beat() {
        boolean more = readers.beat();
        if (!more) {
            scheduleHeartbeats();
        }
        return more;
    }
}
