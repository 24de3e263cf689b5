package dev.tidings.sse;

import java.util.Objects;

/**
 * What becomes of a subscriber that reads slower than its topic grows. Whatever it is, nobody else notices.
 *
 * @param policy what is done
 * @param maxBehind how many entries a subscriber may be behind before it is, and no more than the topic's
 *     {@link Retention#maxEntries()}; without meaning for {@link Policy#CATCH_UP}
 */
public record SlowConsumers(Policy policy, int maxBehind) {

    /** What can be done about a slow subscriber. */
    public enum Policy {
        /** It gets everything that is retained, however late. */
        CATCH_UP,
        /** It gets a gap {@link Gap.Reason#SLOW}, then the newest entry. */
        SKIP,
        /**
         * It ends with {@link CloseReason#SLOW}, and may come back. Whoever comes back with a cursor catches up, however
         * far behind it is; from then on the bound holds for it, too.
         */
        END
    }

    /** Everything that is retained, however late: the default. */
    public static final SlowConsumers CATCH_UP = new SlowConsumers(Policy.CATCH_UP, Integer.MAX_VALUE);

    /**
     * Checks the bound.
     *
     * @throws IllegalArgumentException if {@code maxBehind} is below 1
     */
    public SlowConsumers {
        Objects.requireNonNull(policy, "policy");
        if (maxBehind < 1) {
            throw new IllegalArgumentException("maxBehind must be >= 1, was " + maxBehind);
        }
    }

    /**
     * Skips to the newest entry whoever is more than so many entries behind, and tells it so.
     *
     * @throws IllegalArgumentException if {@code maxBehind} is below 1
     */
    public static SlowConsumers skipBeyond(int maxBehind) {
        return new SlowConsumers(Policy.SKIP, maxBehind);
    }

    /**
     * Ends whoever is more than so many entries behind.
     *
     * @throws IllegalArgumentException if {@code maxBehind} is below 1
     */
    public static SlowConsumers endBeyond(int maxBehind) {
        return new SlowConsumers(Policy.END, maxBehind);
    }
}
