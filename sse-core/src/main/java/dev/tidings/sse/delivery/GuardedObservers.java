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
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on to an application's observers, whose exceptions must not reach a loop, a publisher or one another. */
final class GuardedObservers implements BroadcasterObserver {

    private static final Logger LOG = System.getLogger(GuardedObservers.class.getName());

    private final List<BroadcasterObserver> observers;

    GuardedObservers(List<BroadcasterObserver> observers) {
        this.observers = List.copyOf(observers);
    }

    @Override
    public void published(Topic topic, Event event) {
        each(observer -> observer.published(topic, event));
    }

    @Override
    public void delivered(Topic topic, Event event, long latencyMillis) {
        each(observer -> observer.delivered(topic, event, latencyMillis));
    }

    @Override
    public void opened(boolean resumed) {
        each(observer -> observer.opened(resumed));
    }

    @Override
    public void caughtUp(ResumeOutcome outcome) {
        each(observer -> observer.caughtUp(outcome));
    }

    @Override
    public void gap(Gap gap) {
        each(observer -> observer.gap(gap));
    }

    @Override
    public void closed(CloseReason reason) {
        each(observer -> observer.closed(reason));
    }

    @Override
    public void established(StreamSummary stream) {
        each(observer -> observer.established(stream));
    }

    @Override
    public void ended(StreamSummary stream, @Nullable CloseReason reason) {
        each(observer -> observer.ended(stream, reason));
    }

    private void each(Consumer<BroadcasterObserver> call) {
        for (BroadcasterObserver observer : observers) {
            try {
                call.accept(observer);
            } catch (Throwable failure) {
                LOG.log(Level.ERROR, "observer " + observer.getClass().getName() + " threw", failure);
            }
        }
    }
}
