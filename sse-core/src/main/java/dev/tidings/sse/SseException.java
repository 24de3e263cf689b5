package dev.tidings.sse;

/** The root of what Tidings throws, apart from {@link IllegalArgumentException} and the like for misuse. */
public class SseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message that names what failed. */
    public SseException(String message) {
        super(message);
    }
}
