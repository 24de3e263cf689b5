package dev.tidings.example.identity;

import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import java.lang.System.Logger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends sessions, and their streams on every node. First the session, then its streams: they come back at once, and must
 * meet a session that is gone. Here it is tried once, for speed; what fails or is killed in between is left to the outbox,
 * in which {@link Sessions} has put it.
 */
public final class SignOut {

    private static final Logger LOGGER = System.getLogger(SignOut.class.getName());
    private static final long PATIENCE_SECONDS = 2;

    private final Sessions sessions;
    private final EventBroadcaster broadcaster;

    /** Creates it. */
    public SignOut(Sessions sessions, EventBroadcaster broadcaster) {
        this.sessions = sessions;
        this.broadcaster = broadcaster;
    }

    /** Ends one session. */
    public void here(Session session) {
        sessions.end(session);
        revoke(Revocation.sessionId(session.id()));
    }

    /** Ends all sessions of a user. */
    public void everywhere(String userId) {
        sessions.endAll(userId);
        endStreams(userId);
    }

    /** Ends the streams of a user whose sessions are gone already. */
    public void endStreams(String userId) {
        revoke(Revocation.principal(userId));
    }

    private void revoke(Revocation revocation) {
        try {
            broadcaster.revoke(revocation).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "The streams of a session that was ended live on until the outbox is relayed: {0}",
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
