package dev.tidings.sse;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One reader of one or more topics, from a cursor onwards.
 *
 * <p><em>After close.</em> Nothing arrives once {@link #close} has returned, unless it was called from within a callback
 * of this subscription, which then is the last.
 */
public interface Subscription extends AutoCloseable {

    /**
     * Completes when reading has begun: what is published from then on arrives. With a backplane that is away, that is
     * when it is back. If the subscription ends before, it fails: with {@link BroadcasterClosedException} when the
     * broadcaster was closed, else with {@link SubscriptionClosedException}. Never completes on a delivery loop.
     */
    CompletionStage<Void> opened();

    /**
     * Returns the cursor behind what the subscriber has been given, or null before {@link #opened}. Give it to
     * {@link Request#from} to go on from there.
     */
    @Nullable
    Cursor cursor();

    /**
     * Ends the subscription. Idempotent, and callable from any thread.
     *
     * <p>Waits until the callback under way has returned, unless that is the caller. So do not call it while holding a
     * lock that the callback wants, and do not let the callbacks of two subscriptions close each other's: each would wait
     * for the other for ever.
     */
    @Override
    void close();

    /**
     * What to read, and how.
     *
     * @param topics the topics, at least one
     * @param from where to begin, or null for the end of each topic: only what is published from now on
     * @param filter which events, or null for all; runs on a delivery loop: cheap, no I/O, thread-safe. One that throws
     *     ends the subscription
     * @param executor what runs the subscriber, or null for threads of the broadcaster
     */
    record Request(
            List<Topic> topics,
            @Nullable Cursor from,
            @Nullable Predicate<Event> filter,
            @Nullable Executor executor) {

        /**
         * Checks the topics and removes duplicates.
         *
         * @throws IllegalArgumentException if there is no topic
         */
        public Request {
            topics = List.copyOf(new LinkedHashSet<>(topics));
            if (topics.isEmpty()) {
                throw new IllegalArgumentException("topics must not be empty");
            }
        }

        /**
         * Returns a request for all that is published to these topics from now on.
         *
         * @throws IllegalArgumentException if there is no topic
         */
        public static Request of(Topic... topics) {
            return of(List.of(topics));
        }

        /**
         * Returns a request for all that is published to these topics from now on.
         *
         * @throws IllegalArgumentException if there is no topic
         */
        public static Request of(Collection<Topic> topics) {
            return new Request(List.copyOf(topics), null, null, null);
        }

        /** Returns this request beginning at a cursor. */
        public Request from(Cursor newFrom) {
            return new Request(topics, Objects.requireNonNull(newFrom), filter, executor);
        }

        /** Returns this request narrowed to the events that pass. */
        public Request filter(Predicate<Event> newFilter) {
            return new Request(topics, from, Objects.requireNonNull(newFilter), executor);
        }

        /** Returns this request with the executor that runs the subscriber. */
        public Request executor(Executor newExecutor) {
            return new Request(topics, from, filter, Objects.requireNonNull(newExecutor));
        }
    }
}
