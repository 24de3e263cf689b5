package dev.tidings.example.discord;

/** Discord has not answered as it should, and may do so later. The message has no secrets in it. */
final class DiscordUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    DiscordUnavailableException(String message) {
        super(message);
    }
}
