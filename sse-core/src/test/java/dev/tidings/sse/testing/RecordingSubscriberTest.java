package dev.tidings.sse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Position;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingSubscriberTest {

    private static final Topic USER = Topic.of("user", "42");
    private static final Entry ENTRY = new Entry(Position.of(1, 0), Position.NONE, Event.of("joined", "7"));
    private static final Gap GAP = new Gap(USER, Gap.Reason.TRIMMED);

    private final RecordingSubscriber subscriber = new RecordingSubscriber(Duration.ZERO);

    @Test
    void itWaitsForWhatABroadcasterWithThreadsDelivers() {
        RecordingSubscriber waiting = new RecordingSubscriber();
        try (EventBroadcaster broadcaster = EventBroadcaster.create()) {
            Subscription subscription = broadcaster.subscribe(Subscription.Request.of(USER), waiting);
            subscription.opened().toCompletableFuture().join();
            for (String data : List.of("1", "2", "3")) {
                broadcaster.publish(USER, Event.of("joined", data));
            }

            assertThat(waiting.nextEvent().event().data()).isEqualTo("1");
            assertThat(waiting.nextEvents(2))
                    .extracting(
                            delivered -> delivered.topic() + delivered.event().data())
                    .containsExactly("user:422", "user:423");
        }
        assertThat(waiting.closed()).isEqualTo(CloseReason.DRAIN);
        waiting.assertExhausted();
    }

    @Test
    void whatComesIsTakenInItsOrder() {
        subscriber.onGap(GAP);
        subscriber.onEvent(USER, ENTRY);
        subscriber.onClosed(CloseReason.REVOKED);

        assertThat(subscriber.nextGap()).isEqualTo(GAP);
        assertThat(subscriber.nextEvent()).isEqualTo(new RecordingSubscriber.Delivered(USER, ENTRY));
        assertThat(subscriber.closed()).isEqualTo(CloseReason.REVOKED);
        subscriber.assertExhausted();
    }

    @Test
    void anythingElseThanExpectedFails() {
        subscriber.onGap(GAP);

        assertThatThrownBy(subscriber::nextEvent)
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected an event, came " + GAP);
    }

    @Test
    void nothingInTimeFails() {
        subscriber.onEvent(USER, ENTRY);

        assertThatThrownBy(() -> subscriber.nextEvents(2))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected event 2 of 2, nothing came within PT0S");
    }

    @Test
    void surplusFails() {
        subscriber.onGap(GAP);

        assertThatThrownBy(subscriber::assertExhausted)
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected nothing more, came [" + GAP + "]");
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> new RecordingSubscriber().closed())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
