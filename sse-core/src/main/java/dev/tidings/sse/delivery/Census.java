package dev.tidings.sse.delivery;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.spi.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;

/**
 * Tells which streams are open on this node. What a stream has to say its loop knows, so each loop is asked, and answers a
 * slice at a time between its other work. Thread-safe.
 *
 * <p>All times are told of the moment of asking, however long a busy loop takes to answer: what came first is the oldest.
 */
final class Census {

    private final List<DeliveryLoop> loops;
    private final TimeSource time;
    private final Set<Count> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Census(List<DeliveryLoop> loops, TimeSource time) {
        this.loops = loops;
        this.time = time;
    }

    /** Asks all loops; completes on none of them. */
    CompletionStage<List<StreamSummary>> take() {
        long now = time.nanos();
        List<CompletableFuture<List<StreamSummary>>> parts =
                loops.stream().map(loop -> ask(loop, now)).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing ->
                        parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    /** Fails what the loops, which have stopped, will not answer any more. */
    void close() {
        closed = true;
        underWay.forEach(Count::fail);
    }

    private CompletableFuture<List<StreamSummary>> ask(DeliveryLoop loop, long now) {
        Count count = new Count(loop, now);
        underWay.add(count);
        if (closed) { // perhaps before this one could be seen
            count.fail();
        }
        loop.execute(count::start);
        return count.answer;
    }

    /** One loop's part. */
    private final class Count implements Turn {

        private final DeliveryLoop loop;
        private final long now;
        private final CompletableFuture<List<StreamSummary>> answer = new CompletableFuture<>();

        // Touched by the loop's thread only.
        private Iterator<Reader> readers = Collections.emptyIterator();
        private final List<StreamSummary> streams = new ArrayList<>();

        Count(DeliveryLoop loop, long now) {
            this.loop = loop;
            this.now = now;
        }

        void start() {
            readers = loop.readers().all().iterator();
            loop.enqueue(this);
        }

        @Override
        public boolean take() {
            for (int visits = 0; visits < SLICE && readers.hasNext(); visits++) {
                Reader reader = readers.next();
                if (reader.grant() != null && !reader.isClosed()) {
                    streams.add(reader.summary(now));
                }
            }
            if (readers.hasNext()) {
                return true;
            }
            underWay.remove(this);
            ForkJoinPool.commonPool().execute(() -> answer.complete(streams));
            return false;
        }

        void fail() {
            underWay.remove(this);
            answer.completeExceptionally(new BroadcasterClosedException());
        }
    }
}
