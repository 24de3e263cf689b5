package dev.tidings.sse;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of one publish.
 *
 * @param idempotencyKey publishing again with this key to the same topic within 24 hours returns the first result and
 *     stores nothing; at most {@value #MAX_KEY_LENGTH} visible ASCII characters. Logs in memory know the latest 262,144
 *     keys only, so there it may be less than 24 hours
 */
public record Publish(@Nullable String idempotencyKey) {

    /** The longest idempotency key, in characters. */
    public static final int MAX_KEY_LENGTH = 256;

    /** No option set. */
    public static final Publish DEFAULT = new Publish(null);

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if the key is empty, too long, or not visible ASCII
     */
    public Publish {
        if (idempotencyKey != null) {
            checkKey(idempotencyKey);
        }
    }

    /**
     * Returns options with an idempotency key, such as the id of the webhook that is being passed on.
     *
     * @throws IllegalArgumentException as the constructor
     */
    public static Publish idempotencyKey(String key) {
        return new Publish(Objects.requireNonNull(key, "idempotencyKey"));
    }

    private static void checkKey(String key) {
        boolean fits = !key.isEmpty() && key.length() <= MAX_KEY_LENGTH;
        if (!fits || !Printable.isVisibleAscii(key)) {
            throw new IllegalArgumentException("idempotencyKey must be 1 to " + MAX_KEY_LENGTH
                    + " visible ASCII characters, was " + Printable.quote(key));
        }
    }
}
