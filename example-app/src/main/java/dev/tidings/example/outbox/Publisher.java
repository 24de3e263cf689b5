package dev.tidings.example.outbox;

import dev.tidings.sse.Event;
import dev.tidings.sse.Publish;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import java.util.concurrent.CompletionStage;

/** The one thing that the relay wants of a broadcaster. */
@FunctionalInterface
public interface Publisher {

    /** Publishes as {@link dev.tidings.sse.EventBroadcaster#publish(Topic, Event, Publish)} does. */
    CompletionStage<Published> publish(Topic topic, Event event, Publish options);
}
