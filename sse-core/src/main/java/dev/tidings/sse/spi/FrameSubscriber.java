package dev.tidings.sse.spi;

/**
 * The receiving side of a stream, as a transport implements it: one open connection that takes finished bytes.
 *
 * <p><em>Threading.</em> All methods are called by the stream's one delivery loop, never two at a time, and none may
 * block: everybody else on the loop waits meanwhile. What happens on other threads is told through {@link Stream}.
 *
 * <p><em>Failing.</em> A peer that is gone is no exception but an {@link Outcome}. An {@link #offer} or {@link #end} that
 * throws a {@link RuntimeException} is logged, and its stream ends with {@link #abort}; that one must not throw.
 */
public interface FrameSubscriber {

    /** What became of the bytes that were offered. */
    enum Outcome {
        /** All taken. The subscriber sends them, and asks for nothing more to do so. */
        TAKEN,
        /** None taken. The loop offers nothing more until {@link Stream#ready}. */
        NOT_READY,
        /** None taken, and none ever will be: the peer is gone. The loop forgets the stream. */
        GONE
    }

    /**
     * Offers whole frames, all or nothing. The same array goes to many subscribers and never changes: it may be kept
     * until it is sent, and must not be written to.
     */
    Outcome offer(byte[] frames);

    /**
     * Ends the connection after everything that was taken. The loop's last call.
     */
    void end();

    /** Ends the connection at once: its peer does not read. The loop's last call. */
    void abort();
}
