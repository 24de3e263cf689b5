package dev.tidings.example.outbox;

import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Publishes, and decides anew about the streams of whoever has gained or lost something by it. That is part of the
 * publish: a row of the outbox is not sent before it is done, so it happens at least once, whatever dies or is away.
 */
public final class ReauthorizingPublisher implements Publisher {

    // One names a user, the other a session; neither is sent to browsers.
    private static final String REAUTHORIZES = "reauthorizes";
    private static final String REVOKES = "revokes";

    private final EventBroadcaster broadcaster;

    /** Creates a publisher. */
    public ReauthorizingPublisher(EventBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    /** Returns an event which, once published, makes a user's streams begin anew with what they may see by then. */
    public static Event reauthorizing(String userId, Event event) {
        return event.attribute(REAUTHORIZES, userId);
    }

    /** Returns an event which, once published, ends a session's streams. */
    public static Event revoking(String sessionId, Event event) {
        return event.attribute(REVOKES, sessionId);
    }

    @Override
    public CompletionStage<Published> publish(Topic topic, Event event, Publish options) {
        CompletionStage<Published> publishing = broadcaster.publish(topic, event, options);
        String userId = event.attributes().get(REAUTHORIZES);
        String sessionId = event.attributes().get(REVOKES);
        if (userId != null) {
            return after(publishing, () -> broadcaster.reauthorize(userId));
        }
        return sessionId == null
                ? publishing
                : after(publishing, () -> broadcaster.revoke(Revocation.sessionId(sessionId)));
    }

    private static CompletionStage<Published> after(
            CompletionStage<Published> publishing, Supplier<CompletionStage<Void>> decision) {
        return publishing.thenCompose(published -> decision.get().thenApply(nothing -> published));
    }
}
