package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.RecordingConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Callbacks that are at work, or have much to do, when something else must be told. */
class BusyCallbackTest {

    private static final Topic USER = Topic.of("user", "42");

    private final SteppedNode node = new SteppedNode();
    private final HandExecutor executor = new HandExecutor();
    private final List<String> calls = new ArrayList<>();
    private final Subscriber subscriber = new Subscriber() {
        @Override
        public void onEvent(Topic topic, Entry entry) {
            calls.add(entry.event().data());
        }

        @Override
        public void onGap(Gap gap) {
            calls.add(gap.topic() + " " + gap.reason().wireName());
        }

        @Override
        public void onClosed(CloseReason reason) {
            calls.add(reason.wireName());
        }
    };

    /** More events were refused while the callback was at work, and the close came on top of them. */
    @Test
    void aCallbackAtWorkLearnsOfTheCloseBehindWhatItWasGiven() {
        node.delivery.subscribe(Subscription.Request.of(USER).executor(executor), subscriber);
        settle();
        publish("given");
        publish("refused");

        node.delivery.close();
        settle();

        assertThat(calls).containsExactly("given", "drain");
    }

    @Test
    void aGapPerTopicIsToldOfACursorThatCannotBeReadHoweverMany() {
        List<Topic> topics =
                IntStream.range(0, 64).mapToObj(i -> Topic.of("t", "" + i)).toList();
        node.delivery.subscribe(new Subscription.Request(topics, new Cursor("garbage"), null, executor), subscriber);
        RecordingConnection connection = node.connect("garbage", topics.toArray(Topic[]::new));
        settle();

        assertThat(calls).hasSize(64).allMatch(call -> call.endsWith(" bad-cursor"));
        assertThat(connection.takeData())
                .hasSize(65)
                .filteredOn(data -> data.contains("bad-cursor"))
                .hasSize(64);
    }

    @Test
    void aSubscriptionThatEndsWhileItsCallbackWorksIsNoLongerSlow() {
        Subscription subscription =
                node.delivery.subscribe(Subscription.Request.of(USER).executor(executor), subscriber);
        settle();
        publish("given");
        publish("refused");
        assertThat(node.delivery.metrics().slowConsumers()).isEqualTo(1);

        subscription.close();
        settle();

        assertThat(node.delivery.metrics().slowConsumers()).isZero();
    }

    @Test
    void aGapThatIsRefusedIsCountedOnceItIsTold() {
        Subscription subscription =
                node.delivery.subscribe(Subscription.Request.of(USER).executor(executor), subscriber);
        settle();
        publish("given");
        for (int i = 0; i < 300; i++) {
            publish("e" + i);
        }
        settle();

        assertThat(calls).contains(USER + " trimmed").hasSize(1 + 1 + 256);
        assertThat(node.delivery.metrics().gapsByReason()).containsEntry(Gap.Reason.TRIMMED, 1L);
        subscription.close();
    }

    @Test
    void theCursorFollowsWhatAFilterDropped() {
        Subscription.Request wanted = Subscription.Request.of(USER)
                .executor(executor)
                .filter(event -> event.data().equals("wanted"));
        Subscription subscription = node.delivery.subscribe(wanted, subscriber);
        settle();
        publish("wanted");
        settle();
        for (int i = 0; i < 300; i++) {
            publish("dropped");
        }
        subscription.close();
        publish("wanted");

        node.delivery.subscribe(wanted.from(subscription.cursor()), subscriber);
        settle();

        assertThat(calls).containsExactly("wanted", "wanted"); // and no gap, though more was dropped than is kept
    }

    @Test
    void theCursorPassesOverWhatWasDroppedOnlyBehindTheCallbackAtWork() {
        Subscription subscription = node.delivery.subscribe(
                Subscription.Request.of(USER)
                        .executor(executor)
                        .filter(event -> !event.data().equals("dropped")),
                subscriber);
        settle();
        Cursor before = subscription.cursor();
        publish("given");
        publish("dropped");
        assertThat(subscription.cursor()).isEqualTo(before);
        settle();

        assertThat(calls).containsExactly("given");
        assertThat(subscription.cursor())
                .isEqualTo(node.delivery
                        .position(List.of(USER))
                        .toCompletableFuture()
                        .join());
    }

    @Test
    void aCallbackThatIsClosedBeforeItsTurnLeavesTheCursorWhereItWas() {
        Subscription subscription = node.delivery.subscribe(
                Subscription.Request.of(USER)
                        .executor(executor)
                        .filter(event -> !event.data().equals("dropped")),
                subscriber);
        settle();
        Cursor before = subscription.cursor();
        publish("not given");
        publish("dropped");

        subscription.close();
        settle();

        assertThat(calls).isEmpty();
        assertThat(subscription.cursor()).isEqualTo(before);
    }

    private void publish(String data) {
        node.publish(USER, data);
        node.settle();
    }

    private void settle() {
        do {
            node.settle();
        } while (executor.runOne());
    }
}
