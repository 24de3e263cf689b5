package dev.tidings.example.webhooks;

/** A webhook does not prove that it comes from the bot, now. The message says what is wrong with the proof. */
public final class InvalidSignatureException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidSignatureException(String message) {
        super(message);
    }
}
