package dev.tidings.example.discord;

/** Why somebody is not signed in, and in words for them. */
enum SignInFailure {
    /** They have pressed Cancel, say. */
    DENIED(403, "Discord has not let you in: the request was cancelled or refused there."),

    /** State or cookie are missing, not ours, or used up. */
    NOT_BEGUN_HERE(
            400,
            "This sign-in cannot be finished. It was begun in another browser or tab, is over already, or took more than"
                    + " ten minutes."),

    /** Discord does not take the code. */
    REFUSED(400, "Discord did not confirm this sign-in."),

    /** Discord is down, slow, busy, or not making sense. */
    UNAVAILABLE(503, "Discord does not answer as it should right now. Try again in a moment.");

    private final int status;
    private final String text;

    SignInFailure(int status, String text) {
        this.status = status;
        this.text = text;
    }

    int status() {
        return status;
    }

    String text() {
        return text;
    }
}
