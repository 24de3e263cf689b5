package dev.tidings.sse.testing;

import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscriber;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A broadcaster that does nothing by itself: its loops take a step, and its clock moves, when the test says so. So a test
 * of an hour of heartbeats, or of a client that is away for a day, takes milliseconds and always runs the same way.
 *
 * <pre>{@code
 * try (SteppedBroadcaster node = SteppedBroadcaster.create()) {
 *     RecordingConnection page = node.connect(Access.to(user));
 *     page.disconnect();
 *     node.broadcaster().publish(user, Event.of("guild-joined", "7"));
 *
 *     RecordingConnection back = node.connect(Access.to(user), page.lastEventId());
 *     assertEquals(List.of("7"), back.takeData().subList(1, 2)); // after stream.open
 * }
 * }</pre>
 *
 * <p><em>Threading.</em> For one thread, the test's, which is that of the loops, too. Only {@link #broadcaster} may be used
 * from any thread; what other threads hand in is delivered by the next step.
 *
 * <p><em>In-process subscribers.</em> {@link #subscribe} runs them as steps, too. One that was subscribed at the
 * {@link #broadcaster} itself runs on the broadcaster's own threads, out of the test's control, unless its request names
 * {@link #executor}, or one that runs tasks at once, such as {@code Runnable::run}: that one runs within the loop's step.
 */
public final class SteppedBroadcaster implements AutoCloseable {

    /** A test that needs more steps than this runs in circles. */
    private static final int MOST_STEPS = 1_000_000;

    private final ManualClock clock;
    private final ScriptedBackplane backplane;
    private final SteppedLoops loops;
    private final EventBroadcaster broadcaster;

    private SteppedBroadcaster(
            ManualClock clock, ScriptedBackplane backplane, UnaryOperator<EventBroadcaster.Builder> settings) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.backplane = Objects.requireNonNull(backplane, "backplane");
        this.loops = new SteppedLoops(clock);
        this.broadcaster = settings.apply(EventBroadcaster.builder().loops(1))
                .backplane(backplane)
                .driver(loops)
                .build();
        settle();
    }

    /** Creates a broadcaster with default settings, one loop, and empty logs in memory. */
    public static SteppedBroadcaster create() {
        return create(settings -> settings);
    }

    /**
     * Creates a broadcaster with other settings, one loop unless they say otherwise, and empty logs in memory.
     *
     * @param settings sets what is to differ; a backplane or a driver that it sets is not used
     * @throws IllegalArgumentException if a setting is out of its range
     */
    public static SteppedBroadcaster create(UnaryOperator<EventBroadcaster.Builder> settings) {
        ManualClock clock = new ManualClock();
        return create(clock, ScriptedBackplane.inMemory(clock), settings);
    }

    /**
     * Creates a broadcaster over a clock and a backplane that the test has made: for several nodes, or a node's next
     * life.
     *
     * @param settings as {@link #create(UnaryOperator)}
     * @throws IllegalArgumentException if a setting is out of its range
     */
    public static SteppedBroadcaster create(
            ManualClock clock, ScriptedBackplane backplane, UnaryOperator<EventBroadcaster.Builder> settings) {
        return new SteppedBroadcaster(clock, backplane, settings);
    }

    /** Returns the broadcaster, for the code that is tested. */
    public EventBroadcaster broadcaster() {
        return broadcaster;
    }

    /** Returns the clocks. Moving them here does nothing yet; {@link #advance} also lets happen what falls due. */
    public ManualClock clock() {
        return clock;
    }

    /** Returns the backplane, for a script of outages. */
    public ScriptedBackplane backplane() {
        return backplane;
    }

    /** Returns an executor whose tasks are steps. */
    public Executor executor() {
        return loops;
    }

    /**
     * Does one step of one loop, or one task of {@link #executor}, each of them in turn.
     *
     * @return whether there was anything to do
     */
    public boolean step() {
        return loops.step();
    }

    /**
     * Steps until nothing is left to do at this time.
     *
     * @throws AssertionError if there is no end to it, as when a subscriber answers every event with another
     */
    public void settle() {
        for (int i = 0; i < MOST_STEPS; i++) {
            if (!step()) {
                return;
            }
        }
        throw new AssertionError("expected to settle, is still busy after " + MOST_STEPS + " steps");
    }

    /**
     * Lets time pass, from one timer to the next, and settles at each: heartbeats, deadlines and expiries happen when
     * they would. (Where a process stood still for a while, move the {@link #clock} and settle.)
     *
     * @throws IllegalArgumentException if the time is negative
     */
    public void advance(Duration time) {
        long left = time.toNanos();
        settle();
        for (long next = loops.nanosToNextTimer(); next <= left; next = loops.nanosToNextTimer()) {
            clock.advance(Duration.ofNanos(next));
            left -= next;
            settle();
        }
        clock.advance(Duration.ofNanos(left));
    }

    /**
     * Opens a stream without a cursor, as a page does that connects for the first time, and settles.
     *
     * @throws IllegalArgumentException if the access grants more topics than a stream may have
     */
    public RecordingConnection connect(Access.Granted access) {
        return connect(access, null);
    }

    /**
     * Opens a stream, as a page does that comes back, and settles.
     *
     * @param lastEventId what {@link RecordingConnection#lastEventId} of the page's last connection was, or null
     * @throws IllegalArgumentException if the access grants more topics than a stream may have
     */
    public RecordingConnection connect(Access.Granted access, @Nullable String lastEventId) {
        Streams streams = broadcaster.streams();
        RecordingConnection connection = new RecordingConnection();
        connection.open(streams, new StreamRequest(access, streams.beginDecision(), lastEventId));
        connection.stream().ready();
        settle();
        return connection;
    }

    /**
     * Subscribes in this process, on {@link #executor} where the request names no other, and settles.
     *
     * @throws IllegalArgumentException if there are more topics than a subscription may have
     */
    public Subscription subscribe(Subscription.Request request, Subscriber subscriber) {
        Subscription.Request stepped = request.executor() == null ? request.executor(loops) : request;
        Subscription subscription = broadcaster.subscribe(stepped, subscriber);
        settle();
        return subscription;
    }

    /** Closes the broadcaster and its backplane, and runs what subscribers are told of it. Idempotent. */
    @Override
    public void close() {
        broadcaster.close();
        settle();
    }
}
