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
import java.util.concurrent.atomic.AtomicInteger;

/** A delivery's streams, which know what of their connections is still in memory. */
record TrackedStreams(Streams streams, Queue<WeakReference<FrameSubscriber>> connections, AtomicInteger opens)
        implements Streams {

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
        return streams.open(request, subscriber);
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
