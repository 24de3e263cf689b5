package dev.tidings.example.json;

/** The JSON is not what it should be; the message says where and why. */
public final class MalformedJsonException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** Creates it, with a message for the one who sent the JSON. */
    public MalformedJsonException(String message) {
        super(message);
    }
}
