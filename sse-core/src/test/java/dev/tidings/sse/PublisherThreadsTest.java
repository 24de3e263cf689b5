package dev.tidings.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reactive streams on the broadcaster's own threads. */
@Timeout(60)
class PublisherThreadsTest {

    private static final Topic TOPIC = Topic.of("t");
    private static final int EVENTS = 5_000;

    private final EventBroadcaster broadcaster = EventBroadcaster.builder()
            .retention(Retention.DEFAULT.maxEntries(EVENTS))
            .build();

    @AfterEach
    void close() {
        broadcaster.close();
    }

    /** Demand comes from another thread, by small random amounts, while events are published and given. */
    @Test
    void allEventsComeInOrderOneAtATimeAndNeverMoreThanWereRequested() throws Exception {
        Checking subscriber = new Checking(EVENTS);
        broadcaster.publisher(Subscription.Request.of(TOPIC)).subscribe(subscriber);
        subscriber.subscribed.await();
        Thread asking = new Thread(subscriber::askForAll);
        asking.start();

        for (int i = 0; i < EVENTS; i++) {
            broadcaster.publish(TOPIC, Event.of("e", Integer.toString(i)));
        }

        subscriber.done.get(30, TimeUnit.SECONDS);
        asking.join();
        assertThat(subscriber.received).hasSize(EVENTS).startsWith("0").endsWith(Integer.toString(EVENTS - 1));
        assertThat(subscriber.received).isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
        assertThat(subscriber.violation).isEmpty();
    }

    /** Nothing but a close is needed for the end of the stream to reach the far side of an operator. */
    @Test
    void closingTheBroadcasterCompletesAPipeline() throws Exception {
        CountDownLatch got = new CountDownLatch(3);
        try (SubmissionPublisher<Received> operator = new SubmissionPublisher<>()) {
            CompletableFuture<Void> consumed = operator.consume(received -> got.countDown());
            CountDownLatch subscribed = new CountDownLatch(1);
            broadcaster.publisher(Subscription.Request.of(TOPIC)).subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                    subscribed.countDown();
                }

                @Override
                public void onNext(Received received) {
                    operator.submit(received);
                }

                @Override
                public void onError(Throwable failure) {
                    operator.closeExceptionally(failure);
                }

                @Override
                public void onComplete() {
                    operator.close();
                }
            });
            subscribed.await();
            for (int i = 0; i < 3; i++) {
                broadcaster.publish(TOPIC, Event.of("e", "x"));
            }
            got.await();
            broadcaster.close();

            consumed.get(10, TimeUnit.SECONDS);
        }
    }

    /** Checks the rules as signals come. */
    private static final class Checking implements Flow.Subscriber<Received> {

        final CountDownLatch subscribed = new CountDownLatch(1);
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final List<String> received = new ArrayList<>();
        private final int expected;
        private final AtomicInteger requested = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        private Flow.Subscription subscription;
        volatile String violation = "";

        Checking(int expected) {
            this.expected = expected;
        }

        void askForAll() {
            while (requested.get() < expected) {
                int n = ThreadLocalRandom.current().nextInt(1, 100);
                requested.addAndGet(n);
                subscription.request(n);
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            subscribed.countDown();
        }

        @Override
        public void onNext(Received item) {
            if (inside.incrementAndGet() != 1) {
                violation = "two signals at a time";
            }
            received.add(
                    item instanceof Received.OfEntry next ? next.entry().event().data() : "-1");
            if (received.size() > requested.get()) {
                violation = "more than was requested";
            }
            if (received.size() == expected) {
                done.complete(null);
            }
            inside.decrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            violation = "completed";
        }
    }
}
