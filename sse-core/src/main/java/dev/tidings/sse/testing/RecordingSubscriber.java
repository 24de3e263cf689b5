package dev.tidings.sse.testing;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A subscriber that keeps what it is told, for a test to wait for it in order.
 *
 * <pre>{@code
 * RecordingSubscriber subscriber = new RecordingSubscriber();
 * broadcaster.subscribe(Subscription.Request.of(user), subscriber).opened().toCompletableFuture().join();
 * broadcaster.publish(user, Event.of("guild-joined", "7"));
 *
 * assertEquals("7", subscriber.nextEvent().event().data());
 * subscriber.assertExhausted();
 * }</pre>
 *
 * <p>Each call takes what came next, whatever it is: an event where a gap was expected fails. So no call is skipped
 * unseen. Thread-safe.
 */
public final class RecordingSubscriber implements Subscriber {

    /** How long to wait, unless the constructor was told otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final BlockingQueue<Object> calls = new LinkedBlockingQueue<>();
    private final Duration timeout;

    /**
     * An event that was delivered.
     *
     * @param topic whose
     * @param entry the event and its place
     */
    public record Delivered(Topic topic, Entry entry) {

        /** Requires both. */
        public Delivered {
            Objects.requireNonNull(topic, "topic");
            Objects.requireNonNull(entry, "entry");
        }

        /** Returns what was published. */
        public Event event() {
            return entry.event();
        }
    }

    /** Creates a subscriber that waits for the default time. */
    public RecordingSubscriber() {
        this(DEFAULT_TIMEOUT);
    }

    /** Creates a subscriber that waits so long; zero suits a {@link SteppedBroadcaster} that has settled. */
    public RecordingSubscriber(Duration timeout) {
        this.timeout = Objects.requireNonNull(timeout, "timeout");
    }

    @Override
    public void onEvent(Topic topic, Entry entry) {
        calls.add(new Delivered(topic, entry));
    }

    @Override
    public void onGap(Gap gap) {
        calls.add(gap);
    }

    @Override
    public void onClosed(CloseReason reason) {
        calls.add(reason);
    }

    /**
     * Waits for what comes next, which must be an event.
     *
     * @throws AssertionError if it is something else, or nothing comes in time
     */
    public Delivered nextEvent() {
        return next("an event", Delivered.class);
    }

    /**
     * Waits for what comes next, which must be so many events.
     *
     * @throws AssertionError if there is something else among them, or one does not come in time
     */
    public List<Delivered> nextEvents(int count) {
        List<Delivered> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            events.add(next("event " + i + " of " + count, Delivered.class));
        }
        return events;
    }

    /**
     * Waits for what comes next, which must be a gap.
     *
     * @throws AssertionError if it is something else, or nothing comes in time
     */
    public Gap nextGap() {
        return next("a gap", Gap.class);
    }

    /**
     * Waits for what comes next, which must be the end, and returns its reason.
     *
     * @throws AssertionError if it is something else, or nothing comes in time
     */
    public CloseReason closed() {
        return next("the end of the subscription", CloseReason.class);
    }

    /**
     * Requires that nothing came which the test has not asked for. Does not wait for it.
     *
     * @throws AssertionError if something did
     */
    public void assertExhausted() {
        List<Object> surplus = List.copyOf(calls);
        if (!surplus.isEmpty()) {
            throw new AssertionError("expected nothing more, came " + surplus);
        }
    }

    private <T> T next(String expected, Class<T> kind) {
        Object came;
        try {
            came = calls.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("expected " + expected + ", was interrupted", e);
        }
        if (came == null) {
            throw new AssertionError("expected " + expected + ", nothing came within " + timeout);
        }
        if (!kind.isInstance(came)) {
            throw new AssertionError("expected " + expected + ", came " + came);
        }
        return kind.cast(came);
    }
}
