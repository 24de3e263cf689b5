package dev.tidings.sse.servlet;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/** A delivery's streams, which count what is otherwise not seen from outside. */
record ObservedStreams(Streams streams, Semaphore taken, Semaphore notReady, Semaphore gone, Semaphore aborted)
        implements Streams {

    ObservedStreams(Streams streams) {
        this(streams, new Semaphore(0), new Semaphore(0), new Semaphore(0), new Semaphore(0));
    }

    @Override
    public StreamRequest.Decision beginDecision() {
        return streams.beginDecision();
    }

    @Override
    public Stream open(StreamRequest request, FrameSubscriber subscriber) {
        Stream stream = streams.open(request, new Observed(subscriber));
        return new Stream() {
            @Override
            public void ready() {
                stream.ready();
            }

            @Override
            public void gone() {
                gone.release();
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

    private final class Observed implements FrameSubscriber {

        private final FrameSubscriber subscriber;

        Observed(FrameSubscriber subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public Outcome offer(byte[] frames) {
            Outcome outcome = subscriber.offer(frames);
            switch (outcome) {
                case TAKEN -> taken.release();
                case NOT_READY -> notReady.release();
                case GONE -> gone.release();
            }
            return outcome;
        }

        @Override
        public void end() {
            subscriber.end();
        }

        @Override
        public void abort() {
            aborted.release();
            subscriber.abort();
        }
    }
}
