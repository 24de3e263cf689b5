package dev.tidings.example.outbox;

import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import java.util.concurrent.CompletionStage;

/**
 * Publishes, and decides anew about the streams of whoever has gained or lost something by it. That is part of the
 * publish: a row of the outbox is not sent before it is done, so it happens at least once, whatever dies or is away.
 */
public final class ReauthorizingPublisher implements Publisher {

    // Names a user; not sent to browsers.
    private static final String REAUTHORIZES = "reauthorizes";

    private final EventBroadcaster broadcaster;

    /** Creates a publisher. */
    public ReauthorizingPublisher(EventBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    /** Returns an event which, once published, makes a user's streams begin anew with what they may see by then. */
    public static Event reauthorizing(String userId, Event event) {
        return event.attribute(REAUTHORIZES, userId);
    }

    @Override
    public CompletionStage<Published> publish(Topic topic, Event event, Publish options) {
        CompletionStage<Published> publishing = broadcaster.publish(topic, event, options);
        String userId = event.attributes().get(REAUTHORIZES);
        return userId == null
                ? publishing
                : publishing.thenCompose(
                        published -> broadcaster.reauthorize(userId).thenApply(nothing -> published));
    }
}
