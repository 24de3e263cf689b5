package dev.tidings.sse.spi;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Who is there, over all nodes: leases that are held in groups, such as the streams of a principal or those of a topic.
 *
 * <p>A lease is the taking node's. It ends when it is released, and when its node is gone: at the latest 5 s after the
 * node's last sign of life, however it ended. An outage of the backplane ends it for that time only: the node's leases
 * are taken again when it is back, without the caller's help.
 *
 * <p><em>Threading.</em> Every method is called from many threads, delivery loops among them, so none may block. Calls of
 * one thread for one lease keep their order.
 *
 * <p><em>After close</em> of the backplane all leases of the node are released, and stages fail with
 * {@link dev.tidings.sse.BroadcasterClosedException}.
 */
public interface Leases {

    /**
     * Takes a lease. Taking it once more changes nothing.
     *
     * @param most how many the group should hold, &gt; 0; the lease is taken all the same
     * @return the leases beyond that, those held longest first: who should make room; fails with
     *     {@link dev.tidings.sse.BackplaneUnavailableException} while the backplane is away, and the lease is taken when it
     *     is back
     */
    CompletionStage<List<Lease>> take(String group, Lease lease, int most);

    /** Releases a lease. Harmless when it is not held. */
    void release(String group, Lease lease);

    /**
     * Returns the leases of a group, the one held longest first.
     *
     * @return fails with {@link dev.tidings.sse.BackplaneUnavailableException} while the backplane is away
     */
    CompletionStage<List<Lease>> held(String group);
}
