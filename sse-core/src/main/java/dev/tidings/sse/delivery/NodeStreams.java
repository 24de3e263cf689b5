package dev.tidings.sse.delivery;

import dev.tidings.sse.Access;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.cursor.CursorFormat;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How the connections of transports become readers. Thread-safe. */
final class NodeStreams implements Streams {

    private static final Duration LONGEST_DRAIN = Duration.ofDays(1);

    private final Delivery delivery;
    private final StreamRegistry registry;
    private final @Nullable StreamLeases leases;
    private final ControlLog control;
    private final String node = randomName();
    private final AtomicLong opened = new AtomicLong();
    private final Reader.Watcher watcher = new Watcher(); // one for all streams

    NodeStreams(Delivery delivery, StreamRegistry registry, @Nullable StreamLeases leases, ControlLog control) {
        this.delivery = delivery;
        this.registry = registry;
        this.leases = leases;
        this.control = control;
    }

    @Override
    public StreamRequest.Decision beginDecision() {
        return control.decision();
    }

    @Override
    public Stream open(StreamRequest request, FrameSubscriber subscriber) {
        Access.Granted access = request.access();
        delivery.checkOpen();
        delivery.checkTopics(access.topics());
        CursorLayout layout = CursorLayout.of(access.topics(), delivery.logTag());
        DeliveryLoop loop = delivery.nextLoop();
        FrameOutlet outlet = new FrameOutlet(subscriber, loop, layout);
        Reader reader = reader(request, loop, outlet);
        CloseReason refused = registry.admit(reader);
        if (refused != null) {
            delivery.begin(reader, () -> reader.close(refused));
        } else {
            start(reader, request, layout);
        }
        return new Handle(reader, outlet);
    }

    @Override
    public boolean isClosedCursor(String lastEventId) {
        return CursorFormat.isClosed(lastEventId);
    }

    @Override
    public Duration heartbeat() {
        return delivery.settings().heartbeat();
    }

    @Override
    public CompletionStage<Void> drain(Duration deadline) {
        checkDeadline(deadline); // first: a node that had begun to drain would refuse everybody from now on
        List<Reader> open = registry.startDrain();
        // Few streams need not use the whole time.
        long spread = Math.min(deadline.toNanos() * 4 / 5, Ending.APART.toNanos() * (open.size() - 1L));
        for (Reader reader : open) {
            double place = ThreadLocalRandom.current().nextDouble();
            Duration wait = Duration.ofNanos((long) (place * spread));
            DeliveryLoop loop = reader.loop();
            loop.execute(() -> {
                loop.after(wait, () -> reader.close(Ending.ofDrain(place)));
                loop.after(deadline, () -> Delivery.endNow(reader));
            });
        }
        return registry.drained().minimalCompletionStage();
    }

    private static void checkDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.compareTo(LONGEST_DRAIN) > 0) {
            throw new IllegalArgumentException("deadline must be from 0 to 1 day, was " + deadline);
        }
    }

    private Reader reader(StreamRequest request, DeliveryLoop loop, FrameOutlet outlet) {
        Access.Granted access = request.access();
        Grant.DecisionAt decision = Grant.decision(request.decision());
        StreamAccount account = new StreamAccount(node, opened.getAndIncrement(), decision.nanos());
        Grant grant = Grant.of(access, decision, account);
        return new Reader(loop, access.topics(), outlet, access.filter(), grant, watcher);
    }

    private static String randomName() {
        byte[] random = new byte[9];
        ThreadLocalRandom.current().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }

    private void start(Reader reader, StreamRequest request, CursorLayout layout) {
        delivery.meters().added(true);
        String lastEventId = request.lastEventId();
        boolean none = lastEventId == null || lastEventId.isEmpty();
        Opening opening = Opening.of(reader, layout, none ? null : lastEventId, control);
        Duration life = delivery.untilExpiry(request.access().expiresAt());
        delivery.begin(reader, () -> {
            if (life != null) {
                reader.expireAfter(life);
            }
            if (leases != null && !reader.isClosed()) {
                leases.take(reader);
            }
            opening.start();
        });
    }

    /** Keeps the registry and the gauges right, whichever way a stream ends, and has it told. */
    private final class Watcher implements Reader.Watcher {

        @Override
        public void opened(Reader stream) {
            delivery.meters().established(stream);
        }

        @Override
        public void closed(Reader stream) {
            delivery.meters().ended(stream); // first: with the last stream a drain is complete
            if (registry.remove(stream)) {
                delivery.meters().removed(true);
            }
            if (leases != null) {
                leases.release(stream);
            }
        }
    }

    private record Handle(Reader reader, FrameOutlet outlet) implements Stream {

        @Override
        public void ready() {
            reader.loop().execute(reader::ready);
        }

        @Override
        public void gone() {
            outlet.gone(); // at once: the loop may be busy with this very stream
            reader.loop().execute(reader::gone);
        }
    }
}
