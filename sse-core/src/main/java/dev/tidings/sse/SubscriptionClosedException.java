package dev.tidings.sse;

import java.util.Objects;

/** The library ended a subscription, for a reason of its own or of its subscriber. */
public final class SubscriptionClosedException extends SseException {

    private static final long serialVersionUID = 1L;

    private final CloseReason reason;

    /** Creates the exception. */
    public SubscriptionClosedException(CloseReason reason) {
        super("the subscription was ended, reason: "
                + Objects.requireNonNull(reason, "reason").wireName());
        this.reason = reason;
    }

    /** Returns why. */
    public CloseReason reason() {
        return reason;
    }
}
