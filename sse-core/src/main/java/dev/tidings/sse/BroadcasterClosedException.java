package dev.tidings.sse;

/** The broadcaster was closed; the same one everywhere, thrown or as the failure of a stage. */
public final class BroadcasterClosedException extends SseException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public BroadcasterClosedException() {
        super("the broadcaster is closed");
    }
}
