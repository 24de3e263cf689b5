package dev.tidings.sse;

/**
 * The receiving side of an in-process {@link Subscription}; a lambda where only events matter.
 *
 * <p><em>Threading.</em> Calls of one subscription come one at a time, each happening before the next, on the executor
 * of its {@link Subscription.Request}. A call may block: the subscription falls behind, nobody else does. One that
 * throws is logged, and the next event comes all the same.
 *
 * <p><em>Ordering and delivery.</em> A topic's events come in publish order. Between two of them either nothing the
 * subscription asked for was published, or {@link #onGap} said that something was lost.
 */
@FunctionalInterface
public interface Subscriber {

    /** Receives the next event of a topic. */
    void onEvent(Topic topic, Entry entry);

    /** Learns that entries of a topic are lost to this subscription. Ignored unless overridden. */
    default void onGap(Gap gap) {}

    /**
     * Learns that the library ended the subscription; no further call is made. Not called after
     * {@link Subscription#close}. Ignored unless overridden.
     */
    default void onClosed(CloseReason reason) {}
}
