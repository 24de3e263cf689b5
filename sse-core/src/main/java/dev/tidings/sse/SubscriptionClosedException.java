package dev.tidings.sse;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A subscription has ended: the application closed it, or the library ended it for a reason. */
public final class SubscriptionClosedException extends SseException {

    private static final long serialVersionUID = 1L;

    private final @Nullable CloseReason reason;

    /** Creates the exception of a subscription that the application closed. */
    public SubscriptionClosedException() {
        super("the subscription was closed");
        this.reason = null;
    }

    /** Creates the exception of a subscription that the library ended. */
    public SubscriptionClosedException(CloseReason reason) {
        super("the subscription was ended, reason: "
                + Objects.requireNonNull(reason, "reason").wireName());
        this.reason = reason;
    }

    /** Returns why the library ended it, or null where the application closed it. */
    public @Nullable CloseReason reason() {
        return reason;
    }
}
