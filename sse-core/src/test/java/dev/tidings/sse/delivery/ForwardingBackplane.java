package dev.tidings.sse.delivery;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Another backplane's logs, for tests that need one thing of it to be otherwise. */
class ForwardingBackplane implements Backplane {

    private final Backplane logs;

    ForwardingBackplane(Backplane logs) {
        this.logs = logs;
    }

    @Override
    public int logTag() {
        return logs.logTag();
    }

    @Override
    public CompletionStage<Published> append(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        return logs.append(topic, event, retention, idempotencyKey);
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        return logs.follow(topic, sink);
    }

    @Override
    public CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        return logs.read(topic, after, maxEntries, maxBytes);
    }

    @Override
    public Status status() {
        return logs.status();
    }

    @Override
    public void close() {
        logs.close();
    }
}
