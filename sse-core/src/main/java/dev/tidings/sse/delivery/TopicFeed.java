package dev.tidings.sse.delivery;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.SlowConsumers;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.log.ByteBudget;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One topic as this node follows it: its replay buffer, and the loops that have readers of it. Thread-safe. A publish
 * costs one mark per loop, however many readers there are.
 */
final class TopicFeed implements Sink {

    private final Topic topic;
    private final Meters meters;
    private final boolean conflating;
    private final SlowConsumers slow;
    private final CursorLayout layout;
    private final ReplayBuffer buffer;
    private final List<TopicReaders> loops = new CopyOnWriteArrayList<>();
    private volatile Status status;
    private volatile boolean followed;
    private volatile @Nullable Interest interest;

    TopicFeed(Topic topic, int logTag, Settings settings, ByteBudget budget, Meters meters, Status status) {
        this.topic = topic;
        this.meters = meters.of(topic);
        Retention retention = settings.retention(topic);
        this.conflating = retention.conflating();
        this.slow = settings.slowConsumers(topic);
        this.layout = CursorLayout.of(List.of(topic), logTag);
        this.buffer = new ReplayBuffer(retention, budget, this::encode);
        this.status = status;
    }

    /** Begins to follow. Called once, by whoever created this feed, outside any lock. */
    void start(Backplane backplane) {
        Interest started = backplane.follow(topic, this);
        interest = started; // before it is closed: whoever created this feed is a user of it until later
        // Also when it failed, which is to say that the backplane is closed: the next read will tell.
        started.acknowledged().whenComplete((nothing, failure) -> {
            followed = true;
            loops.forEach(TopicReaders::recheck);
        });
    }

    void close() {
        Interest ended = interest;
        if (ended != null) {
            ended.close();
        }
        buffer.close();
    }

    Topic topic() {
        return topic;
    }

    /** Returns the layout of cursors of subscriptions of this topic alone. */
    CursorLayout layout() {
        return layout;
    }

    /** Tells whether a later entry supersedes one of the same key. */
    boolean isConflating() {
        return conflating;
    }

    SlowConsumers slowConsumers() {
        return slow;
    }

    ReplayBuffer buffer() {
        return buffer;
    }

    /** Returns an entry of this topic in the form in which it is delivered. */
    EncodedEntry encode(Entry entry) {
        return new EncodedEntry(entry, this, meters.deliveredOf(entry.event().type()));
    }

    /** Learns from the backplane where the log ended when the buffer was at a version. */
    void learnEnd(Position end, long askedAt) {
        if (buffer.learnEnd(end.value(), askedAt)) {
            loops.forEach(TopicReaders::mark);
        }
    }

    Status status() {
        return status;
    }

    /** Tells whether every entry appended from now on reaches the buffer. */
    boolean isFollowed() {
        return followed;
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
        loops.forEach(TopicReaders::recheck);
    }
}
