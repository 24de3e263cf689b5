package dev.tidings.sse.redis;

import dev.tidings.sse.Published;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into a log.
 *
 * <p>Its mutable part belongs to whoever has its lane: the queue while it waits, a link while it is sent.
 */
final class PendingAppend {

    private final byte[] id;
    private final byte @Nullable [] idempotencyKey;
    private final byte[] body;
    private final int maxEntries;
    private final long maxAgeMillis;
    private final long addedNanos;
    private final CompletableFuture<Published> answer = new CompletableFuture<>();

    private @Nullable String firstSentAt;
    private boolean mayBeStored;

    PendingAppend(
            String id,
            byte @Nullable [] idempotencyKey,
            byte[] body,
            int maxEntries,
            long maxAgeMillis,
            long addedNanos) {
        this.id = Connector.ascii(id);
        this.idempotencyKey = idempotencyKey;
        this.body = body;
        this.maxEntries = maxEntries;
        this.maxAgeMillis = maxAgeMillis;
        this.addedNanos = addedNanos;
    }

    byte[] id() {
        return id;
    }

    byte @Nullable [] idempotencyKey() {
        return idempotencyKey;
    }

    byte[] body() {
        return body;
    }

    int maxEntries() {
        return maxEntries;
    }

    long maxAgeMillis() {
        return maxAgeMillis;
    }

    long addedNanos() {
        return addedNanos;
    }

    CompletableFuture<Published> answer() {
        return answer;
    }

    /** Notes that it is being sent by a server's time: whatever becomes of it, it is not stored before that. */
    void sentAt(String serverMillis) {
        if (firstSentAt == null) {
            firstSentAt = serverMillis;
        }
    }

    /** Notes that it was sent and no answer came. */
    void outcomeUnknown() {
        mayBeStored = true;
    }

    /** Tells whether an attempt may have stored it. */
    boolean mayBeStored() {
        return mayBeStored;
    }

    /** Returns what makes the script look for an earlier attempt: the time before the first one, or nothing. */
    String retrySince() {
        return mayBeStored && firstSentAt != null ? firstSentAt : "";
    }
}
