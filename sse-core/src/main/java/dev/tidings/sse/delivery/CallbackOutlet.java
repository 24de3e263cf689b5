package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import dev.tidings.sse.SseException;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.SubscriptionClosedException;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Calls a subscriber in this process, a batch at a time on an executor. While a batch runs this is not ready, nor while
 * nobody has asked for more, so a slow callback is a slow consumer like any other.
 */
final class CallbackOutlet implements Outlet {

    private static final Logger LOG = System.getLogger(CallbackOutlet.class.getName());
    private static final int BATCH = 64;
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final Subscriber subscriber;
    private final List<Topic> topics;
    private final Executor executor;
    private final Runnable whenReady;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    // Set before the first read.
    private Runnable whenOpened = () -> {};

    // Touched by the loop's thread only.
    private List<Runnable> batch = new ArrayList<>();
    private int items; // events and gaps of the batch
    private int mostItems;
    private boolean last; // nothing follows the batch

    // Written where a batch runs, else by the loop; read by any thread.
    private volatile long @Nullable [] delivered;

    // Guarded by this.
    private boolean closed;
    private boolean busy;
    private long demand = UNLIMITED;
    private @Nullable List<Runnable> lastBatch; // follows the one that is running
    private long @Nullable [] passedOver; // where the cursor stands behind the batch that is running
    private @Nullable Thread calling;

    /**
     * Creates an outlet.
     *
     * @param whenReady hands back to the loop when a batch is done
     */
    CallbackOutlet(Subscriber subscriber, List<Topic> topics, Executor executor, Runnable whenReady) {
        this.subscriber = subscriber;
        this.topics = topics;
        this.executor = executor;
        this.whenReady = whenReady;
    }

    CompletableFuture<Void> opened() {
        return opened;
    }

    /**
     * Makes this give the subscriber nothing before it is requested. For use before this is read for.
     *
     * @param firstCall comes before all other calls, when reading has begun
     */
    synchronized void onDemand(Runnable firstCall) {
        demand = 0;
        whenOpened = firstCall;
    }

    /** Returns the positions behind what the subscriber was given, or null before it opened. */
    long @Nullable [] delivered() {
        return delivered;
    }

    /** Lets the subscriber be given so many items more. */
    void request(long more) {
        boolean readyAgain;
        synchronized (this) {
            demand = demand + more < 0 ? UNLIMITED : demand + more;
            readyAgain = !busy; // else the batch that runs says so at its end
        }
        if (readyAgain) {
            whenReady.run();
        }
    }

    /** Lets no further call begin. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        opened.completeExceptionally(new SubscriptionClosedException());
    }

    /** Waits for a call under way, unless it is the caller. */
    void awaitCall() {
        boolean interrupted = false;
        synchronized (this) {
            while (calling != null && calling != Thread.currentThread()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void begin() {
        batch = new ArrayList<>();
        items = 0;
        last = false;
        synchronized (this) {
            mostItems = (int) Math.min(BATCH, demand);
        }
    }

    @Override
    public boolean isEmpty() {
        return batch.isEmpty();
    }

    @Override
    public boolean entry(int topicIndex, EncodedEntry entry, long[] positions) {
        Topic topic = topics.get(topicIndex);
        return addItem(positions, () -> subscriber.onEvent(topic, entry.entry()));
    }

    @Override
    public boolean gap(Gap gap, long[] positions) {
        return addItem(positions, () -> subscriber.onGap(gap));
    }

    @Override
    public void open(long[] positions, boolean resumed, List<Topic> fresh) {
        add(positions, () -> {
            whenOpened.run();
            opened.complete(null);
        });
    }

    @Override
    public void status(boolean stale) {}

    @Override
    public void heartbeat(long[] positions, boolean moved) {}

    @Override
    public void close(Ending ending, long[] positions, boolean wasOpen) {
        last = true;
        batch.add(() -> subscriber.onClosed(ending.reason()));
        batch.add(() -> opened.completeExceptionally(failure(ending.reason())));
    }

    @Override
    public Outcome offer() {
        synchronized (this) {
            if (closed) {
                return Outcome.GONE;
            }
            if (busy && last) {
                lastBatch = batch;
                return Outcome.TAKEN;
            }
            if (busy || items > demand) {
                return Outcome.NOT_READY;
            }
            busy = true;
            demand = demand == UNLIMITED ? UNLIMITED : demand - items;
        }
        return execute(batch);
    }

    /** Without this a filter that lets little through would leave the subscription's cursor far behind. */
    @Override
    public synchronized boolean moved(long[] positions) {
        long[] behind = Arrays.copyOf(positions, topics.size());
        if (busy) {
            passedOver = behind;
        } else if (!closed) {
            delivered = behind;
        }
        return true;
    }

    @Override
    public void end() {}

    /** Reading failed, and the reader is gone; its subscriber must not wait for ever. */
    @Override
    public void abort() {
        begin();
        close(Ending.of(CloseReason.ERROR), new long[0], false);
        offer();
    }

    private static SseException failure(CloseReason reason) {
        return reason == CloseReason.DRAIN ? new BroadcasterClosedException() : new SubscriptionClosedException(reason);
    }

    private Outcome execute(List<Runnable> calls) {
        try {
            executor.execute(() -> run(calls));
            return Outcome.TAKEN;
        } catch (Throwable refusal) {
            LOG.log(Level.WARNING, "the executor of a subscription to " + topics + " takes no more; it ends", refusal);
            giveUp();
            return Outcome.GONE;
        }
    }

    /** Nothing runs, so nothing would ever come behind it; and whoever waits for the opening must not wait for ever. */
    private void giveUp() {
        synchronized (this) {
            busy = false;
        }
        // Not here: a loop must not run what others do with it.
        ForkJoinPool.commonPool().execute(() -> opened.completeExceptionally(new BroadcasterClosedException()));
    }

    /**
     * Adds an event or a gap. Without demand a single one is let in, for {@link #offer} to refuse: so the reader learns
     * that this is not ready, rather than find nothing to write and ask again.
     */
    private boolean addItem(long[] positions, Runnable call) {
        if (!batch.isEmpty() && items >= mostItems) {
            return false;
        }
        items++;
        add(positions, call);
        return true;
    }

    private void add(long[] positions, Runnable call) {
        long[] behind = Arrays.copyOf(positions, topics.size());
        batch.add(() -> {
            delivered = behind;
            call.run();
        });
    }

    private void run(List<Runnable> calls) {
        for (List<Runnable> next = calls; next != null; next = following()) {
            next.forEach(this::call);
        }
    }

    private void call(Runnable call) {
        if (!enter()) {
            return;
        }
        try {
            call.run();
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a subscriber to " + topics + " threw; the next event comes all the same", failure);
        } finally {
            exit();
        }
    }

    /** Returns what follows the batch that was run, or makes this ready again. */
    private @Nullable List<Runnable> following() {
        List<Runnable> follows;
        boolean wanted;
        synchronized (this) {
            if (passedOver != null && !closed) { // closed, it was perhaps not given all of the batch
                delivered = passedOver;
            }
            passedOver = null;
            follows = lastBatch;
            lastBatch = null;
            busy = follows != null;
            wanted = !busy && demand > 0;
        }
        if (wanted) {
            whenReady.run();
        }
        return follows;
    }

    private synchronized boolean enter() {
        if (closed) {
            return false;
        }
        calling = Thread.currentThread();
        return true;
    }

    private synchronized void exit() {
        calling = null;
        notifyAll();
    }
}
