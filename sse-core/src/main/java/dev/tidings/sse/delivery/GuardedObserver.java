package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.ResumeOutcome;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Topic;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Passes on to an application's observer, whose exceptions must not reach a loop or a publisher. */
final class GuardedObserver implements BroadcasterObserver {

    private static final Logger LOG = System.getLogger(GuardedObserver.class.getName());

    private final BroadcasterObserver observer;

    GuardedObserver(BroadcasterObserver observer) {
        this.observer = observer;
    }

    @Override
    public void published(Topic topic, Event event) {
        guard(() -> observer.published(topic, event));
    }

    @Override
    public void delivered(Topic topic, Event event, long latencyMillis) {
        guard(() -> observer.delivered(topic, event, latencyMillis));
    }

    @Override
    public void opened(boolean resumed) {
        guard(() -> observer.opened(resumed));
    }

    @Override
    public void caughtUp(ResumeOutcome outcome) {
        guard(() -> observer.caughtUp(outcome));
    }

    @Override
    public void gap(Gap gap) {
        guard(() -> observer.gap(gap));
    }

    @Override
    public void closed(CloseReason reason) {
        guard(() -> observer.closed(reason));
    }

    @Override
    public void established(StreamSummary stream) {
        guard(() -> observer.established(stream));
    }

    @Override
    public void ended(StreamSummary stream, @Nullable CloseReason reason) {
        guard(() -> observer.ended(stream, reason));
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "observer " + observer.getClass().getName() + " threw", failure);
        }
    }
}
