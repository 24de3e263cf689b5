package dev.tidings.sse.memory;

import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Forgets idle topics, a little whenever one is created: no thread of its own, and the number of topics stays within
 * about twice that of the topics in use. Thread-safe.
 */
final class ForgottenTopics {

    // Two for each one created, so that sweeping outruns growth.
    private static final int PER_SWEEP = 2;

    private final Map<Topic, TopicLog> logs;
    private final AtomicLong through;
    private final ReentrantLock sweeping = new ReentrantLock();
    private Iterator<Map.Entry<Topic, TopicLog>> next = Collections.emptyIterator(); // guarded by sweeping

    ForgottenTopics(Map<Topic, TopicLog> logs, Position start) {
        this.logs = logs;
        this.through = new AtomicLong(start.value());
    }

    /** Returns the highest last position of any forgotten topic: where a topic that is not remembered starts. */
    Position through() {
        return new Position(through.get());
    }

    void sweep(long nowMillis) {
        if (!sweeping.tryLock()) {
            return; // another thread is at it
        }
        try {
            for (int i = 0; i < PER_SWEEP; i++) {
                if (!next.hasNext()) {
                    next = logs.entrySet().iterator();
                }
                if (next.hasNext()) {
                    forgetIfIdle(next.next(), nowMillis);
                }
            }
        } finally {
            sweeping.unlock();
        }
    }

    private void forgetIfIdle(Map.Entry<Topic, TopicLog> entry, long nowMillis) {
        TopicLog log = entry.getValue();
        synchronized (log) {
            if (log.isForgettable(nowMillis)) {
                // Raised before the log goes: whoever creates the topic anew must find it raised.
                through.accumulateAndGet(log.end().value(), Math::max);
                log.markForgotten();
                logs.remove(entry.getKey(), log);
            }
        }
    }
}
