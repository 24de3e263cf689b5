package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A delivery that never stops writing: its one loop offers to each stream its own name, again and again, until it is told
 * that the stream is gone, and so as close to its end as can be.
 */
final class RacingStreams implements Streams, AutoCloseable {

    private final Map<String, Racer> byName = new ConcurrentHashMap<>();
    private final Queue<Racer> fresh = new ConcurrentLinkedQueue<>();
    private final Queue<Racer> live = new ArrayDeque<>(); // of the loop
    private final AtomicLong taken = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger toldTwice = new AtomicInteger();
    private final Thread loop = new Thread(this::run, "racing loop");
    private volatile boolean closed;

    RacingStreams() {
        loop.start();
    }

    /** What is written to a stream, over and over. */
    static String frame(String name) {
        return ": " + name + "\n\n";
    }

    /** Ends a stream, as a loop does, unless it has ended. */
    void end(String name) {
        over(name, FrameSubscriber::end);
    }

    /** Aborts a stream, as a loop does, unless it has ended. */
    void abort(String name) {
        over(name, FrameSubscriber::abort);
    }

    private void over(String name, Consumer<FrameSubscriber> how) {
        Racer racer = byName.get(name);
        if (racer != null) {
            how.accept(racer.subscriber);
            racer.enter(); // it may never have been ready
        }
    }

    long taken() {
        return taken.get();
    }

    int open() {
        return open.get();
    }

    /** Returns how often a connection told of its end a second time. */
    int toldTwice() {
        return toldTwice.get();
    }

    @Override
    public StreamRequest.Decision beginDecision() {
        return new StreamRequest.Decision() {};
    }

    @Override
    public Stream open(StreamRequest request, FrameSubscriber subscriber) {
        Racer racer = new Racer(request.access().topics().get(0).name(), subscriber);
        byName.put(racer.name, racer);
        open.incrementAndGet();
        return racer;
    }

    @Override
    public boolean isClosedCursor(String lastEventId) {
        return false;
    }

    @Override
    public Duration heartbeat() {
        return Duration.ofSeconds(15);
    }

    @Override
    public CompletionStage<Void> drain(Duration deadline) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        LockSupport.unpark(loop);
        loop.join();
    }

    private void run() {
        while (!closed) {
            for (Racer racer = fresh.poll(); racer != null; racer = fresh.poll()) {
                live.add(racer);
            }
            if (live.isEmpty()) {
                LockSupport.park(this);
            }
            for (Iterator<Racer> all = live.iterator(); all.hasNext(); ) {
                Racer racer = all.next();
                Outcome outcome = racer.subscriber.offer(racer.frame);
                if (outcome == Outcome.TAKEN) {
                    taken.incrementAndGet();
                } else if (outcome == Outcome.GONE) {
                    all.remove();
                    byName.remove(racer.name);
                    open.decrementAndGet();
                }
            }
        }
    }

    private final class Racer implements Stream {

        final String name;
        final FrameSubscriber subscriber;
        final byte[] frame;
        private final AtomicBoolean entered = new AtomicBoolean();
        private final AtomicInteger gone = new AtomicInteger();

        Racer(String name, FrameSubscriber subscriber) {
            this.name = name;
            this.subscriber = subscriber;
            this.frame = frame(name).getBytes(US_ASCII);
        }

        @Override
        public void ready() {
            enter();
        }

        /** The loop goes on offering: it is to find out by itself. */
        @Override
        public void gone() {
            if (gone.getAndIncrement() > 0) {
                toldTwice.incrementAndGet();
            }
            enter();
        }

        void enter() {
            if (entered.compareAndSet(false, true)) {
                fresh.add(this);
                LockSupport.unpark(loop);
            }
        }
    }
}
