package dev.tidings.sse.spi;

import dev.tidings.sse.Access;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream to open.
 *
 * @param access what the application decided
 * @param decision what {@link Streams#beginDecision} returned before the application was asked
 * @param lastEventId the cursor that the client brought, or null; untrusted
 */
public record StreamRequest(
        Access.Granted access, Decision decision, @Nullable String lastEventId) {

    /** Requires the access and the decision. */
    public StreamRequest {
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(decision, "decision");
    }

    /** The moment at which an access decision began: an opaque place in the log of revocations. */
    public interface Decision {}
}
