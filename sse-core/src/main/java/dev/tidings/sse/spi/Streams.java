package dev.tidings.sse.spi;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The way from a transport into the delivery: how connections become subscribers. Thread-safe.
 */
public interface Streams {

    /**
     * Marks the moment before the application is asked for access. A revocation after it ends the stream that the
     * decision opens, also while it is still opening.
     */
    StreamRequest.Decision beginDecision();

    /**
     * Opens a stream. The subscriber is offered nothing before the first {@link Stream#ready}. A stream for which there
     * is no room, or that comes while the node drains, gets a {@code retry:} and {@code stream.close}, and ends.
     *
     * @throws dev.tidings.sse.BroadcasterClosedException if the broadcaster is closed
     * @throws IllegalArgumentException if the access grants more topics than a stream may have, or the request's decision
     *     is not one of {@link #beginDecision}
     */
    Stream open(StreamRequest request, FrameSubscriber subscriber);

    /**
     * Tells whether this is a cursor marked closed: the client was told not to come back, and must get 204, which stops
     * a native {@code EventSource} for good.
     */
    boolean isClosedCursor(String lastEventId);

    /** The interval of heartbeats on an idle connection. */
    Duration heartbeat();

    /**
     * Leaves gently: from now on no stream opens, and every open one gets its own jittered {@code retry:} and
     * {@code stream.close}, in waves spread over the time given. What is stuck at its end is aborted.
     *
     * @return completes when no stream is left, at the latest shortly after the deadline; never on a delivery loop
     * @throws IllegalArgumentException if the deadline is negative or above a day; the node then does not drain
     */
    CompletionStage<Void> drain(Duration deadline);
}
