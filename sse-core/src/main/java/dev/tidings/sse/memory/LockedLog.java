package dev.tidings.sse.memory;

import dev.tidings.sse.Topic;
import dev.tidings.sse.log.ByteBudget;
import java.util.Optional;
import java.util.function.Function;

/** A topic's log under its lock, as part of the whole: it counts against the budget, and may be forgotten. */
final class LockedLog implements ByteBudget.Holder {

    private final Topic topic;
    private final ByteBudget budget;
    private final ForgottenTopics forgotten;

    // Guarded by this.
    private final TopicLog log;
    private long countedBytes;
    private boolean gone;

    LockedLog(Topic topic, TopicLog log, ByteBudget budget, ForgottenTopics forgotten) {
        this.topic = topic;
        this.log = log;
        this.budget = budget;
        this.forgotten = forgotten;
    }

    /** Does something with the log; empty if it was forgotten between being looked up and being locked. */
    synchronized <R> Optional<R> with(Function<TopicLog, R> action) {
        if (gone) {
            return Optional.empty();
        }
        R result = action.apply(log);
        count(log.bytes());
        return Optional.of(result);
    }

    /** Forgets the log if nobody has used it for its retention. */
    synchronized void forgetIfIdle(long nowMillis) {
        if (!gone && log.isIdle(nowMillis)) {
            forget();
        }
    }

    /** Drops the older half. With nothing left to drop, the topic itself goes: true answers matter more than mild ones. */
    @Override
    public synchronized void shed() {
        if (gone) {
            return;
        }
        boolean some = log.dropOlderHalf();
        count(log.bytes());
        if (!some) {
            if (log.isFollowed()) {
                count(0); // it cannot go, so it must not be asked again
            } else {
                forget();
            }
        }
    }

    private void forget() {
        forgotten.forget(topic, this, log.end());
        gone = true;
        count(0);
    }

    private void count(long bytes) {
        budget.changed(this, countedBytes, bytes);
        countedBytes = bytes;
    }
}
