package dev.tidings.sse.spi;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What joins the nodes: keeps the logs, judges positions, and carries new entries to every node that follows a topic.
 *
 * <p><em>Threading.</em> Every method is called from many threads, delivery loops among them, so none may block. A stage
 * may complete on any thread of the backplane or, where the answer is at hand, before the method returns.
 *
 * <p><em>Failing.</em> A backplane may be away. Its stages then fail with
 * {@link dev.tidings.sse.BackplaneUnavailableException}, its {@link #status} is {@link Status#STALE}, and its sinks learn
 * of both changes. No method throws for what can go wrong: an exception in the middle of a node's bookkeeping would leave
 * a topic that nobody follows and everybody waits for.
 *
 * <p><em>After close.</em> Every stage fails with {@link dev.tidings.sse.BroadcasterClosedException}; no sink is called.
 */
public interface Backplane extends AutoCloseable {

    /**
     * Appends an event to a topic's log: gives it its position, stores it, trims by the retention and announces it to
     * all followers, as one atomic step.
     *
     * <p>Calls of one thread for one topic keep their order, through retries too. If this were not so, a subscriber
     * could see a later state of an application's data before an earlier one.
     *
     * @param idempotencyKey if the topic's log took an event with this key within 24 hours, that one's position is the
     *     answer and nothing is stored; null for none. A backplane that cannot keep all keys forgets the oldest early
     */
    CompletionStage<Published> append(Topic topic, Event event, Retention retention, @Nullable String idempotencyKey);

    /**
     * Follows a topic. After {@link Interest#acknowledged}, every entry appended reaches the sink in log order, or the
     * sink is told that it diverged. A topic that is followed is not forgotten.
     *
     * <p>By the acknowledgement the sink has been told the status, and it is told every change from then on. What {@link
     * #status} said before the call may be of the past, and a node that took it for the present would keep a topic's
     * streams waiting for a change that was already made.
     */
    Interest follow(Topic topic, Sink sink);

    /**
     * Reads entries after a position. This is the one judge of positions, by the table at {@link Page.Verdict}: a node
     * never concludes from its own buffer that a position is lost, since another node may merely have been faster.
     *
     * <p>The page holds the oldest entries of the answer, as many as the bounds allow but at least one if there is any.
     *
     * @param after a position that a client may have made up; {@link Position#NONE} asks for all that is retained; null
     *     asks for the end alone
     * @param maxEntries how many entries at most; &gt; 0
     * @param maxBytes how many bytes of data at most, but for a single larger entry; &gt; 0
     */
    CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes);

    /** Tells whether what followers have seen is up to date. */
    Status status();

    /**
     * Returns the tag that cursors of this log carry, from 0 to 65535: random for a log that dies with its process, so
     * that a cursor of an earlier life is known as such; 0 for one whose positions tell a rollback by themselves.
     */
    default int logTag() {
        return 0;
    }

    /** Returns the leases that nodes hold here, or empty where this backplane keeps none: limits are then each node's own. */
    default Optional<Leases> leases() {
        return Optional.empty();
    }

    /** Lets go of all resources. Idempotent. */
    @Override
    void close();
}
