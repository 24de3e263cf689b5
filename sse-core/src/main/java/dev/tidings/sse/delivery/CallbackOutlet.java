package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Calls a subscriber in this process, a batch at a time on an executor. While a batch runs this is not ready, so a slow
 * callback is a slow consumer like any other.
 */
final class CallbackOutlet implements Outlet {

    private static final Logger LOG = System.getLogger(CallbackOutlet.class.getName());
    private static final int BATCH = 64;

    private final Subscriber subscriber;
    private final List<Topic> topics;
    private final Executor executor;
    private final Runnable whenReady;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    // Touched by the loop's thread only.
    private List<Runnable> batch = new ArrayList<>();

    // Written on the executor, read by any thread.
    private volatile long @Nullable [] delivered;

    // Guarded by this.
    private boolean closed;
    private boolean busy;
    private @Nullable List<Runnable> lastBatch;
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

    /** Returns the positions behind what the subscriber was given, or null before it opened. */
    long @Nullable [] delivered() {
        return delivered;
    }

    /** Lets no further call begin, and waits for one under way, unless it is the caller. */
    void closeAndWait() {
        boolean interrupted = false;
        synchronized (this) {
            closed = true;
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
        opened.completeExceptionally(new BroadcasterClosedException());
    }

    @Override
    public void begin() {
        batch = new ArrayList<>();
    }

    @Override
    public boolean isEmpty() {
        return batch.isEmpty();
    }

    @Override
    public boolean entry(int topicIndex, EncodedEntry entry, long[] positions) {
        Topic topic = topics.get(topicIndex);
        return add(positions, () -> subscriber.onEvent(topic, entry.entry()));
    }

    @Override
    public boolean gap(Gap gap, long[] positions) {
        return add(positions, () -> subscriber.onGap(gap));
    }

    @Override
    public void open(long[] positions, boolean resumed, List<Topic> fresh) {
        add(positions, () -> opened.complete(null));
    }

    @Override
    public void status(boolean stale) {}

    @Override
    public void heartbeat(long[] positions, boolean moved) {}

    @Override
    public void close(CloseReason reason, long[] positions, boolean wasOpen) {
        batch.add(() -> subscriber.onClosed(reason));
        batch.add(() -> opened.completeExceptionally(new BroadcasterClosedException()));
    }

    @Override
    public Outcome offer() {
        synchronized (this) {
            if (closed) {
                return Outcome.GONE;
            }
            if (busy) {
                return Outcome.NOT_READY;
            }
            busy = true;
        }
        List<Runnable> calls = batch;
        try {
            executor.execute(() -> run(calls));
        } catch (RejectedExecutionException shutDown) {
            LOG.log(Level.WARNING, "the executor of a subscription to " + topics + " takes no more; it ends", shutDown);
            return Outcome.GONE;
        }
        return Outcome.TAKEN;
    }

    @Override
    public void end() {}

    /** The loop leaves while a batch runs: what could not be taken, the news that it ended, follows that batch. */
    @Override
    public synchronized void abort() {
        lastBatch = batch;
    }

    private boolean add(long[] positions, Runnable call) {
        if (batch.size() >= BATCH) {
            return false;
        }
        long[] behind = Arrays.copyOf(positions, topics.size());
        batch.add(() -> {
            delivered = behind;
            call.run();
        });
        return true;
    }

    private void run(List<Runnable> calls) {
        for (Runnable call : calls) {
            if (!enter()) {
                return;
            }
            try {
                call.run();
            } catch (RuntimeException | Error failure) {
                LOG.log(
                        Level.ERROR,
                        "a subscriber to " + topics + " threw; the next event comes all the same",
                        failure);
            } finally {
                exit();
            }
        }
        List<Runnable> last;
        synchronized (this) {
            busy = false;
            last = lastBatch;
            lastBatch = null;
        }
        if (last == null) {
            whenReady.run();
        } else {
            run(last);
        }
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
