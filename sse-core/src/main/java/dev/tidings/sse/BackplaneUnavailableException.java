package dev.tidings.sse;

/** The backplane is away, so the call could not be carried out or its outcome is not known. */
public final class BackplaneUnavailableException extends SseException {

    private static final long serialVersionUID = 1L;

    private final boolean outcomeKnown;

    /**
     * Creates the exception.
     *
     * @param message what was asked of the backplane
     * @param outcomeKnown whether it is certain that nothing happened
     */
    public BackplaneUnavailableException(String message, boolean outcomeKnown) {
        super(message);
        this.outcomeKnown = outcomeKnown;
    }

    /**
     * Tells whether it is certain that nothing happened. Otherwise an event may have been stored; publishing again with
     * the same idempotency key is safe.
     */
    public boolean outcomeKnown() {
        return outcomeKnown;
    }
}
