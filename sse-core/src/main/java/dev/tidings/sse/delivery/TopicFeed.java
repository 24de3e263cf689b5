package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One topic as this node follows it: its replay buffer, and the loops that have readers of it. Thread-safe. A publish
 * costs one mark per loop, however many readers there are.
 */
final class TopicFeed implements Sink {

    private final Topic topic;
    private final CursorLayout layout;
    private final ReplayBuffer buffer;
    private final List<TopicReaders> loops = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    private volatile Status status;

    // Guarded by this.
    private @Nullable Interest interest;
    private boolean closed;

    TopicFeed(Topic topic, int logTag, int maxEntries, Status status) {
        this.topic = topic;
        this.layout = CursorLayout.of(List.of(topic), logTag);
        this.buffer = new ReplayBuffer(maxEntries, layout);
        this.status = status;
    }

    /** Begins to follow. Called once, by whoever created this feed, outside any lock. */
    void start(Backplane backplane) {
        Interest started = backplane.follow(topic, this);
        boolean late;
        synchronized (this) {
            interest = started;
            late = closed;
        }
        if (late) {
            started.close();
        }
        started.acknowledged().whenComplete((nothing, failure) -> {
            if (failure == null) {
                acknowledged.complete(null);
            } else {
                acknowledged.completeExceptionally(failure);
            }
        });
    }

    void close() {
        Interest ended;
        synchronized (this) {
            closed = true;
            ended = interest;
        }
        if (ended != null) {
            ended.close();
        }
    }

    Topic topic() {
        return topic;
    }

    /** Returns the layout of cursors of subscriptions of this topic alone. */
    CursorLayout layout() {
        return layout;
    }

    ReplayBuffer buffer() {
        return buffer;
    }

    Status status() {
        return status;
    }

    /** Completes when every entry appended from then on reaches the buffer. */
    CompletableFuture<Void> acknowledged() {
        return acknowledged;
    }

    void attach(TopicReaders readers) {
        loops.add(readers);
    }

    void detach(TopicReaders readers) {
        loops.remove(readers);
    }

    @Override
    public void entry(Entry entry) {
        if (buffer.append(entry)) {
            loops.forEach(TopicReaders::mark);
        }
    }

    @Override
    public void diverged() {
        buffer.clear();
        loops.forEach(TopicReaders::mark);
    }

    @Override
    public void status(Status newStatus) {
        status = newStatus;
        loops.forEach(readers -> readers.statusChanged(newStatus));
    }
}
