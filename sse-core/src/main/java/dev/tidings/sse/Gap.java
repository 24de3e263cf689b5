package dev.tidings.sse;

import java.util.Objects;

/**
 * A part of a topic's log that a subscriber asked for and will not get. The usual answer is to fetch the state anew.
 *
 * @param topic the topic that lost entries for this subscriber
 * @param reason why
 */
public record Gap(Topic topic, Reason reason) {

    /** Requires both. */
    public Gap {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(reason, "reason");
    }

    /** Why entries are missing. */
    public enum Reason {
        /** Retention had already dropped them. What is still retained follows. */
        TRIMMED("trimmed"),
        /** The log is not the one the cursor was made for: it was lost, rolled back, or is another's. */
        RESET("reset"),
        /** The subscriber was too slow for the topic's policy. */
        SLOW("slow"),
        /** The cursor could not be read. Reading begins at the end. */
        BAD_CURSOR("bad-cursor");

        private final String wireName;

        Reason(String wireName) {
            this.wireName = wireName;
        }

        /** The name in {@code stream.gap}. */
        public String wireName() {
            return wireName;
        }
    }
}
