package dev.tidings.sse;

import java.util.Objects;

/**
 * What a {@code Flow.Publisher} of {@link EventBroadcaster#publisher} hands over about one of its topics: the next
 * entry, or that some are missing.
 *
 * <pre>{@code
 * public void onNext(Received received) {
 *     if (received instanceof Received.OfGap missing) {
 *         refetch(missing.gap());
 *     } else if (received instanceof Received.OfEntry next) {
 *         apply(next.entry().event());
 *     }
 *     store(received.cursor());
 * }
 * }</pre>
 */
public sealed interface Received {

    /** Returns the topic it is about. */
    Topic topic();

    /** Returns the cursor behind it: whoever has dealt with it can go on from there, with {@link Subscription.Request#from}. */
    Cursor cursor();

    /**
     * The next entry of a topic.
     *
     * @param topic the topic
     * @param entry the entry
     * @param cursor the cursor behind it
     */
    record OfEntry(Topic topic, Entry entry, Cursor cursor) implements Received {

        /** Requires all three. */
        public OfEntry {
            Objects.requireNonNull(topic, "topic");
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(cursor, "cursor");
        }
    }

    /**
     * News that entries of a topic are lost to this subscription.
     *
     * @param gap the gap
     * @param cursor the cursor behind it
     */
    record OfGap(Gap gap, Cursor cursor) implements Received {

        /** Requires both. */
        public OfGap {
            Objects.requireNonNull(gap, "gap");
            Objects.requireNonNull(cursor, "cursor");
        }

        @Override
        public Topic topic() {
            return gap.topic();
        }
    }
}
