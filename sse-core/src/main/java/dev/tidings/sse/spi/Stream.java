package dev.tidings.sse.spi;

/** A transport's handle on a stream it opened. Any thread may call it, also within {@link FrameSubscriber#offer}. */
public interface Stream {

    /**
     * Says that the subscriber takes frames again, after {@link FrameSubscriber.Outcome#NOT_READY} or for the first
     * time. Harmless when nothing waits for it.
     */
    void ready();

    /** Says that the peer is gone. The subscriber is not called again, but for a call that is under way. */
    void gone();
}
