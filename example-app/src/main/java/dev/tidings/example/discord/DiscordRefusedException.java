package dev.tidings.example.discord;

/** Discord has said no: the code or the token is not good, or not any more. */
final class DiscordRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    DiscordRefusedException(String message) {
        super(message);
    }
}
