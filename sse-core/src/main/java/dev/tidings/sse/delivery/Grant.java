package dev.tidings.sse.delivery;

import dev.tidings.sse.Access;
import dev.tidings.sse.spi.StreamRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a stream was granted, as far as it can be withdrawn.
 *
 * @param decidedAt where the control topic's log stood before the application decided; {@link #UNKNOWN} if this node
 *     had not reached it yet
 * @param account how the stream is doing
 */
record Grant(@Nullable String principal, @Nullable String sessionId, long decidedAt, StreamAccount account) {

    /** The control topic's log was out of reach when the decision began, so nothing is known to be later. */
    static final long UNKNOWN = -1;

    /** A place in the control topic's log, and when that was looked at, in nanoseconds. */
    record DecisionAt(long position, long nanos) implements StreamRequest.Decision {}

    static Grant of(Access.Granted access, DecisionAt decision, StreamAccount account) {
        return new Grant(access.principal(), access.sessionId(), decision.position(), account);
    }

    /** Returns what a transport brings back. */
    static DecisionAt decision(StreamRequest.Decision decision) {
        if (decision instanceof DecisionAt at) {
            return at;
        }
        throw new IllegalArgumentException("decision must come from beginDecision(), was " + decision);
    }
}
