package dev.tidings.sse.redis;

import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import dev.tidings.sse.testing.EventStreamParser;
import dev.tidings.sse.testing.ServerSentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A page whose stream a test reads event by event, in the order of the wire. Written by a loop, read by the test. */
final class WireClient implements FrameSubscriber {

    static final String CHANGED = "stream.close {\"reason\":\"changed\",\"reconnect\":true}";

    private static final String END = "the end";
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final EventStreamParser parser = new EventStreamParser(); // touched by the loop's thread only
    private Stream stream;

    private WireClient() {}

    /** Opens a stream. */
    static WireClient connect(EventBroadcaster broadcaster, Access.Granted access) {
        WireClient client = new WireClient();
        Streams streams = broadcaster.streams();
        client.stream = streams.open(new StreamRequest(access, streams.beginDecision(), null), client);
        client.stream.ready();
        return client;
    }

    /** Opens a stream as a page does, which comes back where its access must be decided anew, and waits until it is open. */
    static WireClient open(EventBroadcaster broadcaster, Access.Granted access) {
        WireClient client;
        String first;
        do {
            client = connect(broadcaster, access);
            first = client.nextButStatus();
        } while (first.equals(CHANGED));
        if (!first.startsWith("stream.open")) {
            throw new AssertionError("expected an open stream, came " + first);
        }
        return client;
    }

    /** Waits for what comes next, and returns its type and data. */
    String next() {
        return text(poll());
    }

    /** Waits for the first that is no status: a slow machine is told of more outages than there are. */
    String nextButStatus() {
        String next = next();
        while (next.startsWith("stream.status")) {
            next = next();
        }
        return next;
    }

    /** Waits until the stream is over, and returns all that came before. */
    List<String> untilTheEnd() {
        List<String> events = new ArrayList<>();
        for (Object next = poll(); !next.equals(END); next = poll()) {
            events.add(text(next));
        }
        return events;
    }

    @Override
    public Outcome offer(byte[] frames) {
        try {
            parser.accept(frames);
            received.addAll(parser.take());
        } catch (AssertionError e) {
            received.add(e);
        }
        return Outcome.TAKEN;
    }

    @Override
    public void end() {
        received.add(END);
    }

    @Override
    public void abort() {
        received.add("an abort");
    }

    private Object poll() {
        try {
            Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("waited in vain for the next event");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String text(Object received) {
        if (received instanceof ServerSentEvent event) {
            return event.type() + " " + event.data();
        }
        throw new AssertionError("expected an event, came " + received);
    }
}
