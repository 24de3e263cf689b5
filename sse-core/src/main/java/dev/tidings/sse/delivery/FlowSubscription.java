package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Received;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.SubscriptionClosedException;
import dev.tidings.sse.Topic;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reactive stream's link between its subscriber and a subscription. What it has no demand for is not read, so nothing
 * is queued here. Rule numbers are those of the Reactive Streams specification.
 */
final class FlowSubscription implements Flow.Subscription, Subscriber {

    private static final Logger LOG = System.getLogger(FlowSubscription.class.getName());

    private final Flow.Subscriber<? super Received> subscriber;
    private final CallbackSubscription source;

    // Touched by calls of the source only, which come one at a time.
    private boolean subscribed;

    // Written by any thread.
    private volatile @Nullable IllegalArgumentException misuse;

    /**
     * Creates a link that has yet to be started.
     *
     * @param prepare makes the subscription that calls this
     */
    FlowSubscription(Flow.Subscriber<? super Received> subscriber, Function<Subscriber, CallbackSubscription> prepare) {
        this.subscriber = subscriber;
        this.source = prepare.apply(this);
    }

    /** Tells a subscriber that it cannot subscribe: also that comes behind {@code onSubscribe} (rule 1.9). */
    static void refuse(Flow.Subscriber<?> subscriber, Exception why) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(why);
    }

    void start(@Nullable Cursor from, Delivery delivery, ControlLog control) {
        source.onDemand(this::subscribe);
        source.start(from, delivery, control);
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            source.request(n);
        } else {
            misuse = new IllegalArgumentException("request must be > 0, was " + n); // rule 3.9
            source.end(CloseReason.ERROR);
        }
    }

    @Override
    public void cancel() {
        source.cancel();
    }

    @Override
    public void onEvent(Topic topic, Entry entry) {
        next(new Received.OfEntry(topic, entry, source.cursorBehind()));
    }

    @Override
    public void onGap(Gap gap) {
        next(new Received.OfGap(gap, source.cursorBehind()));
    }

    @Override
    public void onClosed(CloseReason reason) {
        subscribe();
        IllegalArgumentException misused = misuse;
        if (misused != null) {
            signal(() -> subscriber.onError(misused));
        } else if (reason == CloseReason.DRAIN) {
            signal(subscriber::onComplete);
        } else {
            signal(() -> subscriber.onError(new SubscriptionClosedException(reason)));
        }
    }

    private void next(Received received) {
        if (misuse == null) {
            signal(() -> subscriber.onNext(received));
        }
    }

    private void subscribe() {
        if (!subscribed) {
            subscribed = true;
            signal(() -> subscriber.onSubscribe(this));
        }
    }

    /** A subscriber must not throw; one that does counts as one that has cancelled (rule 2.13). */
    private void signal(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "a Flow.Subscriber threw; its subscription is cancelled", failure);
            cancel();
        }
    }
}
