package dev.tidings.sse.redis;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One sink's interest in a topic. */
final class Follower implements Interest {

    private final Followed followed;
    private final Sink sink;
    private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();

    Follower(Followed followed, Sink sink) {
        this.followed = followed;
        this.sink = sink;
    }

    Sink sink() {
        return sink;
    }

    void acknowledge() {
        acknowledged.complete(null);
    }

    @Override
    public CompletionStage<Void> acknowledged() {
        return acknowledged.minimalCompletionStage();
    }

    @Override
    public void close() {
        followed.leave(this);
        end();
    }

    void end() {
        acknowledged.completeExceptionally(new BroadcasterClosedException());
    }
}
