package dev.tidings.sse.memory;

import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What remains of topics that are no longer remembered: one position for all of them. Idle topics are forgotten a little
 * whenever one is created: no thread of its own, and the number of topics stays within about twice that of the topics in
 * use. Thread-safe.
 */
final class ForgottenTopics {

    // Two for each one created, so that sweeping outruns growth.
    private static final int PER_SWEEP = 2;

    private final Map<Topic, LockedLog> logs;
    private final AtomicLong through;
    private final ReentrantLock sweeping = new ReentrantLock();
    private Iterator<LockedLog> next = Collections.emptyIterator(); // guarded by sweeping

    ForgottenTopics(Map<Topic, LockedLog> logs, Position start) {
        this.logs = logs;
        this.through = new AtomicLong(start.value());
    }

    /** Returns the highest last position of any forgotten topic: where a topic that is not remembered starts. */
    Position through() {
        return new Position(through.get());
    }

    /** Forgets a topic. Called under its log's lock. */
    void forget(Topic topic, LockedLog log, Position end) {
        // Raised before the log goes: whoever creates the topic anew must find it raised.
        through.accumulateAndGet(end.value(), Math::max);
        logs.remove(topic, log);
    }

    /** Looks at a few topics, and forgets those that are idle. */
    void sweep(long nowMillis) {
        if (!sweeping.tryLock()) {
            return; // another thread is at it
        }
        try {
            for (int i = 0; i < PER_SWEEP; i++) {
                if (!next.hasNext()) {
                    next = logs.values().iterator();
                }
                if (next.hasNext()) {
                    next.next().forgetIfIdle(nowMillis);
                }
            }
        } finally {
            sweeping.unlock();
        }
    }
}
