package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Received;
import dev.tidings.sse.SlowConsumers;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.SubscriptionClosedException;
import dev.tidings.sse.Topic;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reactive stream of a subscription, one step of the loop at a time. */
class PublisherTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Topic GUILD = Topic.of("guild", "7");

    private final HandExecutor executor = new HandExecutor();
    private SteppedNode node = new SteppedNode();

    // Demand.

    @Test
    void onSubscribeComesFirstAndOnceReadingHasBegun() {
        RecordingFlowSubscriber subscriber = new RecordingFlowSubscriber(10);
        publisher(request(USER)).subscribe(subscriber);
        assertThat(subscriber.take()).isEmpty();

        settle();
        publish(USER, "a");

        assertThat(subscriber.take()).containsExactly("subscribed", "a");
    }

    @Test
    void nothingComesWithoutDemand() {
        RecordingFlowSubscriber subscriber = subscribe(0, USER);
        publish(USER, "a", "b", "c");
        assertThat(subscriber.take()).containsExactly("subscribed");

        subscriber.subscription.request(2);
        settle();
        assertThat(subscriber.take()).containsExactly("a", "b");

        subscriber.subscription.request(1);
        settle();
        assertThat(subscriber.take()).containsExactly("c");
    }

    @Test
    void demandBeforeEventsCountsForThem() {
        RecordingFlowSubscriber subscriber = subscribe(0, USER);
        subscriber.subscription.request(1);
        subscriber.subscription.request(1);
        settle();

        publish(USER, "a", "b", "c");

        assertThat(subscriber.take()).containsExactly("subscribed", "a", "b");
    }

    @Test
    void aSubscriberWithoutDemandIsNotReadForAndCostsTheLoopNothing() {
        RecordingFlowSubscriber subscriber = subscribe(0, USER);
        publish(USER, "first");
        assertThat(node.delivery.metrics().slowConsumers()).isEqualTo(1);

        publish(USER, "second");

        assertThat(node.loop().step()).isFalse();
        assertThat(executor.isIdle()).isTrue();
        assertThat(subscriber.take()).containsExactly("subscribed");
    }

    @Test
    void largestDemandIsNoLimit() {
        RecordingFlowSubscriber subscriber = subscribe(Long.MAX_VALUE, USER);
        subscriber.subscription.request(Long.MAX_VALUE);

        publish(USER, numbers(200));

        assertThat(subscriber.take()).hasSize(201);
        assertThat(node.delivery.metrics().slowConsumers()).isZero();
    }

    @Test
    void demandMayCoverManyBatches() {
        RecordingFlowSubscriber subscriber = subscribe(150, USER);

        publish(USER, numbers(200));

        assertThat(subscriber.take()).hasSize(151).endsWith("149");
    }

    @Test
    void oneAtATimeIsAskedForFromWithinOnNext() {
        RecordingFlowSubscriber inner = new RecordingFlowSubscriber(1);
        publisher(request(USER)).subscribe(new OneAtATime(inner));
        settle();

        publish(USER, numbers(200));

        assertThat(inner.take()).hasSize(201).endsWith("199");
    }

    // Gaps.

    @Test
    void whoAsksTooLateGetsAGap() {
        RecordingFlowSubscriber subscriber = subscribe(0, USER);
        publish(USER, numbers(300));

        subscriber.subscription.request(2);
        settle();

        assertThat(subscriber.take()).containsExactly("subscribed", USER + " trimmed", "44");
    }

    @Test
    void gapsNeedDemandToo() {
        RecordingFlowSubscriber subscriber = new RecordingFlowSubscriber(0);
        publisher(request(USER, GUILD).from(new Cursor("garbage"))).subscribe(subscriber);
        settle();
        assertThat(subscriber.take()).containsExactly("subscribed");

        subscriber.subscription.request(1);
        settle();
        List<String> told = subscriber.take();
        assertThat(told).hasSize(1);

        subscriber.subscription.request(1);
        settle();
        told.addAll(subscriber.take());
        assertThat(told).containsExactlyInAnyOrder(USER + " bad-cursor", GUILD + " bad-cursor");
        assertThat(node.delivery.metrics().gapsByReason()).containsEntry(Gap.Reason.BAD_CURSOR, 2L);
    }

    // Cursors.

    @Test
    void theCursorOfAnItemGoesOnBehindIt() {
        RecordingFlowSubscriber first = subscribe(2, USER, GUILD);
        publish(USER, "a", "b", "c");
        publish(GUILD, "g");
        Cursor behindB = first.lastItem().cursor();

        RecordingFlowSubscriber second = new RecordingFlowSubscriber(10);
        publisher(request(USER, GUILD).from(behindB)).subscribe(second);
        settle();

        assertThat(second.take()).containsExactlyInAnyOrder("subscribed", "c", "g");
        assertThat(first.lastItem().topic()).isEqualTo(USER);
    }

    @Test
    void everySubscriberReadsFromTheRequestsCursor() {
        Cursor start =
                node.delivery.position(List.of(USER)).toCompletableFuture().join();
        publish(USER, "a", "b");
        Flow.Publisher<Received> publisher = publisher(request(USER).from(start));
        RecordingFlowSubscriber one = new RecordingFlowSubscriber(10);
        RecordingFlowSubscriber other = new RecordingFlowSubscriber(1);

        publisher.subscribe(one);
        publisher.subscribe(other);
        settle();

        assertThat(one.take()).containsExactly("subscribed", "a", "b");
        assertThat(other.take()).containsExactly("subscribed", "a");
    }

    // Misuse.

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void requestOfNothingIsAnError(long n) {
        RecordingFlowSubscriber subscriber = subscribe(1, USER);
        subscriber.subscription.request(n);
        publish(USER, "late");

        assertThat(subscriber.take()).containsExactly("subscribed", "error");
        assertThat(subscriber.error)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("request must be > 0, was " + n);
        assertThat(node.delivery.metrics().activeSubscriptions()).isZero();
    }

    @Test
    void requestOfNothingWithinOnSubscribeIsAnErrorBehindIt() {
        RecordingFlowSubscriber subscriber = subscribe(-1, USER);

        assertThat(subscriber.take()).containsExactly("subscribed", "error");
    }

    @Test
    void nullsAreRefused() {
        Flow.Publisher<Received> publisher = publisher(request(USER));

        assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void tooManyTopicsAreRefusedBeforeAnybodySubscribes() {
        Topic[] topics =
                IntStream.range(0, 65).mapToObj(i -> Topic.of("t", "" + i)).toArray(Topic[]::new);

        assertThatThrownBy(() -> publisher(request(topics))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSubscriberThatThrowsHasCancelled() {
        RecordingFlowSubscriber subscriber = new RecordingFlowSubscriber(10) {
            @Override
            public void onNext(Received received) {
                super.onNext(received);
                throw new IllegalStateException("broken subscriber");
            }
        };
        publisher(request(USER)).subscribe(subscriber);
        settle();

        publish(USER, "a", "b");

        assertThat(subscriber.take()).containsExactly("subscribed", "a");
        assertThat(node.delivery.metrics().activeSubscriptions()).isZero();
    }

    // The end.

    @Test
    void afterCancelNothingComes() {
        RecordingFlowSubscriber subscriber = subscribe(10, USER);
        node.publish(USER, "taken, but not yet given");
        node.settle();

        subscriber.subscription.cancel();
        subscriber.subscription.cancel();
        subscriber.subscription.request(5);
        subscriber.subscription.request(-5);
        settle();
        publish(USER, "late");

        assertThat(subscriber.take()).containsExactly("subscribed");
        assertThat(node.delivery.metrics().activeSubscriptions()).isZero();
        assertThat(node.delivery.metrics().slowConsumers()).isZero();
    }

    @Test
    void closingTheBroadcasterCompletesBehindWhatWasTaken() {
        RecordingFlowSubscriber subscriber = subscribe(10, USER);
        node.publish(USER, "a");
        node.settle();
        node.publish(USER, "b");
        node.settle();

        node.delivery.close();
        settle();

        assertThat(subscriber.take()).containsExactly("subscribed", "a", "complete");
    }

    @Test
    void closingNeedsNoDemand() {
        RecordingFlowSubscriber subscriber = subscribe(0, USER);
        publish(USER, "a");

        node.delivery.close();
        settle();

        assertThat(subscriber.take()).containsExactly("subscribed", "complete");
    }

    @Test
    void subscribingToAClosedBroadcasterIsAnErrorBehindOnSubscribe() {
        Flow.Publisher<Received> publisher = publisher(request(USER));
        node.delivery.close();
        RecordingFlowSubscriber subscriber = new RecordingFlowSubscriber(1);

        publisher.subscribe(subscriber);

        assertThat(subscriber.take()).containsExactly("subscribed", "error");
        assertThat(subscriber.error).isInstanceOf(BroadcasterClosedException.class);
    }

    @Test
    void aFilterThatThrowsIsAnErrorWithItsReason() {
        RecordingFlowSubscriber subscriber = new RecordingFlowSubscriber(10);
        publisher(request(USER).filter(event -> {
                    throw new IllegalStateException("broken filter");
                }))
                .subscribe(subscriber);
        settle();

        publish(USER, "a");

        assertThat(subscriber.take()).containsExactly("subscribed", "error");
        assertThat(((SubscriptionClosedException) subscriber.error).reason()).isEqualTo(CloseReason.ERROR);
    }

    @Test
    void aSubscriberThatIsTooSlowForTheTopicsPolicyIsToldSo() {
        node = new SteppedNode(settings -> settings.withSlowConsumers(SlowConsumers.endBeyond(20)));
        RecordingFlowSubscriber subscriber = subscribe(0, USER);
        publish(USER, numbers(50));

        subscriber.subscription.request(1);
        settle();

        assertThat(subscriber.take()).containsExactly("subscribed", "error");
        assertThat(((SubscriptionClosedException) subscriber.error).reason()).isEqualTo(CloseReason.SLOW);
    }

    private RecordingFlowSubscriber subscribe(long demand, Topic... topics) {
        RecordingFlowSubscriber subscriber = new RecordingFlowSubscriber(demand);
        publisher(request(topics)).subscribe(subscriber);
        settle();
        return subscriber;
    }

    private Subscription.Request request(Topic... topics) {
        return Subscription.Request.of(topics).executor(executor);
    }

    private Flow.Publisher<Received> publisher(Subscription.Request request) {
        return node.delivery.publisher(request);
    }

    private void publish(Topic topic, String... data) {
        for (String each : data) {
            node.publish(topic, each);
        }
        settle();
    }

    private void settle() {
        do {
            node.settle();
        } while (executor.runOne());
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private record OneAtATime(RecordingFlowSubscriber inner) implements Flow.Subscriber<Received> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            inner.onSubscribe(subscription);
        }

        @Override
        public void onNext(Received received) {
            inner.onNext(received);
            inner.subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {
            inner.onError(failure);
        }

        @Override
        public void onComplete() {
            inner.onComplete();
        }
    }
}
