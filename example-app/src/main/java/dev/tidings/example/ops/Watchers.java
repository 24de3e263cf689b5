package dev.tidings.example.ops;

import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Topic;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts the streams of this node that read a topic, without a call of the backplane. Thread-safe. */
final class Watchers implements BroadcasterObserver {

    private final Topic topic;
    private final AtomicInteger count = new AtomicInteger();
    private volatile Runnable arrival = () -> {};

    Watchers(Topic topic) {
        this.topic = topic;
    }

    boolean isAny() {
        return count.get() > 0;
    }

    /** Sets what to do at each arrival, on a delivery loop: it must not block. */
    void onArrival(Runnable newArrival) {
        arrival = newArrival;
    }

    @Override
    public void established(StreamSummary stream) {
        if (stream.topics().contains(topic)) {
            count.incrementAndGet();
            arrival.run();
        }
    }

    @Override
    public void ended(StreamSummary stream, @Nullable CloseReason reason) {
        if (stream.establishment() != null && stream.topics().contains(topic)) {
            count.decrementAndGet();
        }
    }
}
