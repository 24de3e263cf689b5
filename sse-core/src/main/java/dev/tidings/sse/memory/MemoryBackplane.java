package dev.tidings.sse.memory;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.log.ByteBudget;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Leases;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The backplane of a single node: logs in this process's memory, gone with it. The easy case of the contract: every
 * stage is complete when its method returns.
 *
 * <p>Topics that nobody follows are forgotten after their retention. What remains of all of them together is one
 * position, {@code forgottenThrough}: a topic that is used again starts there, so a cursor from before is told that
 * something was trimmed. That may be careful, never wrong.
 */
public final class MemoryBackplane implements Backplane {

    private static final long DEFAULT_MAX_BYTES = 64L << 20;

    private final LogClock clock;
    private final int logTag;
    private final Map<Topic, LockedLog> logs = new ConcurrentHashMap<>();
    private final ForgottenTopics forgotten;
    private final ByteBudget budget;
    private final IdempotencyKeys idempotencyKeys = new IdempotencyKeys();
    private final Leases leases = new MemoryLeases(this::isClosed);
    private volatile boolean closed;

    /** Creates an empty backplane on a clock of the caller's. */
    public MemoryBackplane(InstantSource wall) {
        this(wall, DEFAULT_MAX_BYTES);
    }

    /** Creates an empty backplane on the system's clock, whose logs hold at most so many bytes together. */
    public MemoryBackplane(long maxBytes) {
        this(InstantSource.system(), maxBytes);
    }

    /** Creates an empty backplane on a clock of the caller's, whose logs hold at most so many bytes together. */
    public MemoryBackplane(InstantSource wall, long maxBytes) {
        this.clock = new LogClock(wall);
        this.logTag = ThreadLocalRandom.current().nextInt(1, 1 << 16); // 0 is for logs that detect a rollback
        this.forgotten = new ForgottenTopics(logs, clock.next());
        this.budget = new ByteBudget(maxBytes);
    }

    @Override
    public CompletionStage<Published> append(
            Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
        return onLog(topic, log -> {
            long now = clock.millis();
            Position earlier = idempotencyKey == null ? null : idempotencyKeys.find(topic, idempotencyKey, now);
            if (earlier != null) {
                return new Published(earlier, true);
            }
            Position position = clock.next();
            log.append(position, event, retention, now);
            if (idempotencyKey != null) {
                idempotencyKeys.store(topic, idempotencyKey, position, now);
            }
            return new Published(position, false);
        });
    }

    @Override
    public CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
        return onLog(topic, log -> log.read(after, maxEntries, maxBytes, clock.millis()));
    }

    @Override
    public Interest follow(Topic topic, Sink sink) {
        CompletionStage<Void> acknowledged = onLog(topic, log -> {
                    log.addSink(sink);
                    sink.status(Status.FRESH);
                    return true;
                })
                .thenAccept(added -> {});
        return new Interest() {
            @Override
            public CompletionStage<Void> acknowledged() {
                return acknowledged;
            }

            @Override
            public void close() {
                onLog(topic, log -> {
                    log.removeSink(sink);
                    log.touch(clock.millis());
                    return true;
                });
            }
        };
    }

    @Override
    public Status status() {
        return Status.FRESH;
    }

    @Override
    public int logTag() {
        return logTag;
    }

    @Override
    public Optional<Leases> leases() {
        return Optional.of(leases);
    }

    @Override
    public void close() {
        closed = true;
        logs.clear();
    }

    /** Returns the number of topics that are remembered. */
    public int topics() {
        return logs.size();
    }

    private boolean isClosed() {
        return closed;
    }

    private <R> CompletionStage<R> onLog(Topic topic, Function<TopicLog, R> action) {
        while (!closed) {
            Optional<R> result = log(topic).with(action);
            if (result.isPresent()) {
                budget.enforce();
                return CompletableFuture.completedFuture(result.get());
            }
        }
        return CompletableFuture.failedFuture(new BroadcasterClosedException());
    }

    private LockedLog log(Topic topic) {
        LockedLog log = logs.get(topic);
        if (log != null) {
            return log;
        }
        forgotten.sweep(clock.millis()); // before, not within, computeIfAbsent: it removes from the same map
        return logs.computeIfAbsent(topic, this::create);
    }

    private LockedLog create(Topic topic) {
        return new LockedLog(topic, new TopicLog(forgotten.through(), clock.millis()), budget, forgotten);
    }
}
