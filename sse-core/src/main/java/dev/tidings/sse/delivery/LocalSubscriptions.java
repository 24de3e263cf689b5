package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Received;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.cursor.CursorLayout;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** How subscribers in this process become readers. Thread-safe. */
final class LocalSubscriptions {

    private final Delivery delivery;
    private final ControlLog control;
    private final ExecutorService callbacks = Executors.newCachedThreadPool(LocalSubscriptions::callbackThread);

    LocalSubscriptions(Delivery delivery, ControlLog control) {
        this.delivery = delivery;
        this.control = control;
    }

    Subscription subscribe(Subscription.Request request, Subscriber subscriber) {
        delivery.checkOpen();
        delivery.checkTopics(request.topics());
        CallbackSubscription subscription = prepare(request, subscriber);
        subscription.start(request.from(), delivery, control);
        return subscription;
    }

    Flow.Publisher<Received> publisher(Subscription.Request request) {
        delivery.checkTopics(request.topics());
        return subscriber -> subscribe(request, Objects.requireNonNull(subscriber, "subscriber"));
    }

    /** Lets the calls under way and those already handed in come to their end. */
    void shutdown() {
        callbacks.shutdown();
    }

    private void subscribe(Subscription.Request request, Flow.Subscriber<? super Received> subscriber) {
        if (delivery.isClosed()) {
            FlowSubscription.refuse(subscriber, new BroadcasterClosedException());
            return;
        }
        FlowSubscription subscription = new FlowSubscription(subscriber, adapter -> prepare(request, adapter));
        subscription.start(request.from(), delivery, control);
    }

    /** Makes a subscription that has yet to be started. */
    private CallbackSubscription prepare(Subscription.Request request, Subscriber subscriber) {
        DeliveryLoop loop = delivery.nextLoop();
        Watch watch = new Watch();
        CallbackOutlet outlet =
                new CallbackOutlet(subscriber, request.topics(), executor(request), () -> loop.execute(watch::ready));
        Reader reader = new Reader(loop, request.topics(), outlet, request.filter(), null, watch);
        watch.reader = reader;
        return new CallbackSubscription(reader, outlet, CursorLayout.of(request.topics(), delivery.logTag()));
    }

    private Executor executor(Subscription.Request request) {
        Executor chosen = request.executor();
        return chosen == null ? callbacks : chosen;
    }

    private static Thread callbackThread(Runnable task) {
        Thread thread = new Thread(task, "tidings-callback");
        thread.setDaemon(true);
        return thread;
    }

    /** Keeps the gauge right, and passes readiness on to a reader that is made after its outlet. */
    private final class Watch implements Reader.Watcher {

        private @Nullable Reader reader;

        void ready() {
            if (reader != null) {
                reader.ready();
            }
        }

        @Override
        public void closed(Reader closed) {
            delivery.meters().removed(false);
        }
    }
}
