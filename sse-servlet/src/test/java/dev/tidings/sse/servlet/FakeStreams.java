package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A delivery whose every stream says hello and ends. Notes what the transport asks of it. */
final class FakeStreams implements Streams {

    static final String CLOSED_CURSOR = "closed";

    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<StreamRequest> opened = new CopyOnWriteArrayList<>();
    volatile @Nullable RuntimeException refusal;
    volatile CompletionStage<Void> drained = CompletableFuture.completedFuture(null);

    /** A decision that knows its number and who it is of. */
    record Begun(FakeStreams streams, int number) implements StreamRequest.Decision {}

    @Override
    public StreamRequest.Decision beginDecision() {
        calls.add("begin");
        return new Begun(this, (int) calls.stream().filter("begin"::equals).count());
    }

    @Override
    public Stream open(StreamRequest request, FrameSubscriber subscriber) {
        calls.add("open");
        if (refusal != null) {
            throw refusal;
        }
        opened.add(request);
        return new Hello(subscriber, new AtomicBoolean());
    }

    @Override
    public boolean isClosedCursor(String lastEventId) {
        return lastEventId.equals(CLOSED_CURSOR);
    }

    @Override
    public Duration heartbeat() {
        return Duration.ofSeconds(15);
    }

    @Override
    public CompletionStage<Void> drain(Duration deadline) {
        calls.add("drain " + deadline);
        return drained;
    }

    private record Hello(FrameSubscriber subscriber, AtomicBoolean said) implements Stream {

        @Override
        public void ready() {
            if (said.compareAndSet(false, true)) {
                subscriber.offer("data: hello\n\n".getBytes(UTF_8));
                subscriber.end();
            }
        }

        @Override
        public void gone() {}
    }
}
