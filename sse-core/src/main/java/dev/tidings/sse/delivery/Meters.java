package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterMetrics;
import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.ResumeOutcome;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what happens, and tells the application's observers. Thread-safe, and cheap enough for every write. */
final class Meters {

    private final TimeSource time;
    private final long createdNanos;
    private final @Nullable BroadcasterObserver observer;
    private final @Nullable Meters uncounted; // null in that one itself

    private final LongAdder streams = new LongAdder();
    private final LongAdder subscriptions = new LongAdder();
    private final LongAdder slow = new LongAdder();
    private final TypeCounts published = new TypeCounts();
    private final TypeCounts delivered = new TypeCounts();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder latencyMillis = new LongAdder();
    private final LongAdder freshOpens = new LongAdder();
    private final LongAdder resumedOpens = new LongAdder();
    private final EnumCounts<ResumeOutcome> resumes = new EnumCounts<>(ResumeOutcome.class);
    private final EnumCounts<Gap.Reason> gaps = new EnumCounts<>(Gap.Reason.class);
    private final EnumCounts<CloseReason> closes = new EnumCounts<>(CloseReason.class);

    Meters(TimeSource time, List<BroadcasterObserver> observers) {
        this(time, observers.isEmpty() ? null : new GuardedObservers(observers), new Meters(time, null, null));
    }

    private Meters(TimeSource time, @Nullable BroadcasterObserver observer, @Nullable Meters uncounted) {
        this.time = time;
        this.createdNanos = time.nanos();
        this.observer = observer;
        this.uncounted = uncounted;
    }

    /** Returns where to count what happens to a topic: apart from the rest if it is the control log, which is our own. */
    Meters of(Topic topic) {
        return uncounted != null && topic.isControl() ? uncounted : this;
    }

    void published(Topic topic, Event event) {
        published.of(event.type()).increment();
        if (observer != null) {
            observer.published(topic, event);
        }
    }

    /** Returns the count of delivered events of a type, which an encoded entry keeps. */
    LongAdder deliveredOf(String type) {
        return delivered.of(type);
    }

    /**
     * Notes the entries of one write that was taken.
     *
     * @param replay whether its subscriber has yet to catch up
     */
    void delivered(List<EncodedEntry> entries, boolean replay) {
        if (entries.isEmpty()) {
            return;
        }
        long now = time.millis();
        long latencies = 0;
        for (EncodedEntry entry : entries) {
            long latency = Math.max(0, now - entry.entry().position().millis()); // clocks of two machines may disagree
            latencies += latency;
            entry.delivered().increment();
            if (observer != null) {
                observer.delivered(entry.topic(), entry.entry().event(), latency);
            }
        }
        latencyMillis.add(latencies);
        if (replay) {
            replayed.add(entries.size());
        }
    }

    void added(boolean stream) {
        subscriptions.increment();
        if (stream) {
            streams.increment();
        }
    }

    void removed(boolean stream) {
        subscriptions.decrement();
        if (stream) {
            streams.decrement();
        }
    }

    /** Notes that a subscriber takes nothing, or something again. */
    void slow(boolean isSlow) {
        if (isSlow) {
            slow.increment();
        } else {
            slow.decrement();
        }
    }

    void opened(boolean resumed) {
        (resumed ? resumedOpens : freshOpens).increment();
        if (observer != null) {
            observer.opened(resumed);
        }
    }

    void caughtUp(ResumeOutcome outcome) {
        resumes.add(outcome);
        if (observer != null) {
            observer.caughtUp(outcome);
        }
    }

    void gap(Gap gap) {
        gaps.add(gap.reason());
        if (observer != null) {
            observer.gap(gap);
        }
    }

    void closed(CloseReason reason) {
        closes.add(reason);
        if (observer != null) {
            observer.closed(reason);
        }
    }

    void established(Reader stream) {
        if (observer != null) {
            observer.established(stream.summary(time.nanos()));
        }
    }

    void ended(Reader stream) {
        Grant grant = stream.grant();
        if (observer != null && grant != null) {
            observer.ended(stream.summary(time.nanos()), grant.account().ending());
        }
    }

    BroadcasterMetrics snapshot(long bufferedBytes) {
        Map<String, Long> publishedByType = published.sums();
        Map<String, Long> deliveredByType = delivered.sums();
        double seconds = Math.max(1, time.nanos() - createdNanos) / 1e9;
        return new BroadcasterMetrics(
                streams.sum(),
                subscriptions.sum(),
                slow.sum(),
                bufferedBytes,
                sum(publishedByType),
                publishedByType,
                deliveredByType,
                replayed.sum(),
                Duration.ofMillis(latencyMillis.sum() / Math.max(1, sum(deliveredByType))),
                freshOpens.sum(),
                resumedOpens.sum(),
                resumedOpens.sum() / seconds,
                resumes.sums(),
                gaps.sums(),
                closes.sums());
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
