package dev.tidings.sse.testing;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One follower of a {@link ScriptedBackplane}: what is on its way to it stays in order. */
final class ScriptedFollower implements Interest, Sink {

    private final Backplane backplane;
    private final Topic topic;
    private final Sink sink;
    private final Gate entries = new Gate();
    private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    private final Runnable whenClosed;
    private volatile boolean lossy;
    private volatile boolean doubling;
    private volatile boolean lost;
    private volatile boolean closed;
    private volatile @Nullable Interest interest;

    ScriptedFollower(Backplane backplane, Topic topic, Sink sink, Runnable whenClosed) {
        this.backplane = backplane;
        this.topic = topic;
        this.sink = sink;
        this.whenClosed = whenClosed;
    }

    /** Follows the logs, or other logs from now on. */
    void follow(Backplane logs) {
        if (closed) {
            return;
        }
        closeInterest();
        Interest begun = logs.follow(topic, this);
        interest = begun;
        if (closed) {
            begun.close(); // meanwhile, on another thread
        }
        begun.acknowledged().whenComplete(ScriptedBackplane.passingTo(acknowledged));
    }

    boolean hasBegun() {
        return interest != null;
    }

    Topic topic() {
        return topic;
    }

    Gate entries() {
        return entries;
    }

    /** Lets entries through that were held. In one lock with those that come, so that they stay in order. */
    synchronized void openEntries() {
        entries.open();
    }

    void lossy(boolean newLossy) {
        lossy = newLossy;
    }

    void doubling(boolean newDoubling) {
        doubling = newDoubling;
    }

    /** Owns up to what was lost, and forgets about it. */
    void confessLoss() {
        if (lost) {
            lost = false;
            sink.diverged();
        }
    }

    @Override
    public synchronized void entry(Entry entry) {
        if (lossy) {
            lost = true;
            return;
        }
        entries.pass(() -> deliver(entry));
    }

    synchronized void deliver(Entry entry) {
        for (int i = 0; i < (doubling ? 2 : 1) && !closed; i++) {
            sink.entry(entry);
        }
    }

    @Override
    public void diverged() {
        sink.diverged();
    }

    /** Learns that the script, or the logs, have another status; of two at a time the later tells the latest. */
    @Override
    public synchronized void status(Status changed) {
        sink.status(backplane.status());
    }

    @Override
    public CompletionStage<Void> acknowledged() {
        return acknowledged.minimalCompletionStage();
    }

    @Override
    public void close() {
        closed = true;
        whenClosed.run();
        closeInterest();
    }

    private void closeInterest() {
        Interest begun = interest;
        if (begun != null) {
            begun.close();
        }
    }
}
