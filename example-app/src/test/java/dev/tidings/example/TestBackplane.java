package dev.tidings.example;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** A backplane in memory that can be away. */
class TestBackplane implements Backplane {

    final Semaphore refusedAppends = new Semaphore(0);
    private final MemoryBackplane memory = new MemoryBackplane(InstantSource.system());
    private volatile boolean away;

    void away(boolean nowAway) {
        away = nowAway;
    }

    @Override
    public CompletionStage<Published> append(Topic topic, Event event, Retention retention, String idempotencyKey) {
        if (away) {
            refusedAppends.release();
        }
        return unlessAway(() -> memory.append(topic, event, retention, idempotencyKey));
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        return memory.follow(topic, sink);
    }

    @Override
    public CompletionStage<Page> read(Topic topic, Position after, int maxEntries, int maxBytes) {
        return unlessAway(() -> memory.read(topic, after, maxEntries, maxBytes));
    }

    @Override
    public Status status() {
        return away ? Status.STALE : Status.FRESH;
    }

    @Override
    public Optional<Leases> leases() {
        return memory.leases();
    }

    @Override
    public int logTag() {
        return memory.logTag();
    }

    @Override
    public void close() {
        memory.close();
    }

    private <T> CompletionStage<T> unlessAway(Supplier<CompletionStage<T>> answer) {
        return away
                ? CompletableFuture.failedFuture(new BackplaneUnavailableException("it is away", true))
                : answer.get();
    }
}
