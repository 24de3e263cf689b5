package dev.tidings.sse.servlet;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A delivery's streams, which know what of their connections is still in memory. */
record TrackedStreams(Streams streams, Queue<WeakReference<FrameSubscriber>> connections, AtomicInteger opens)
        implements Streams {

    private static final int SLOWEST_RETURN_NANOS = 500_000;

    TrackedStreams(Streams streams) {
        this(streams, new ConcurrentLinkedQueue<>(), new AtomicInteger());
    }

    /** Collects garbage, and counts the connections that somebody still refers to. */
    int reachable() {
        System.gc();
        connections.removeIf(connection -> connection.get() == null);
        return connections.size();
    }

    @Override
    public StreamRequest.Decision beginDecision() {
        return streams.beginDecision();
    }

    @Override
    public Stream open(StreamRequest request, FrameSubscriber subscriber) {
        opens.incrementAndGet();
        connections.add(new WeakReference<>(subscriber));
        Stream stream = streams.open(request, subscriber);
        return new Stream() {
            @Override
            public void ready() {
                stream.ready();
                // As a busy machine lets it: the loop writes before the container's thread has left its callback.
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(SLOWEST_RETURN_NANOS));
            }

            @Override
            public void gone() {
                stream.gone();
            }
        };
    }

    @Override
    public boolean isClosedCursor(String lastEventId) {
        return streams.isClosedCursor(lastEventId);
    }

    @Override
    public Duration heartbeat() {
        return streams.heartbeat();
    }

    @Override
    public CompletionStage<Void> drain(Duration deadline) {
        return streams.drain(deadline);
    }
}
