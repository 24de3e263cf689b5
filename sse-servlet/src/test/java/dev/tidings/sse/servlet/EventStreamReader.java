package dev.tidings.sse.servlet;

import dev.tidings.sse.testing.EventStreamParser;
import dev.tidings.sse.testing.ServerSentEvent;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads the events of a connection, byte by byte through the strict parser, and waits for those that are yet to come. */
final class EventStreamReader {

    private final InputStream in;
    private final EventStreamParser parser = new EventStreamParser();
    private final Queue<ServerSentEvent> events = new ArrayDeque<>();
    private long reconnectionTime = -1;

    EventStreamReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** An event as a page hears it. */
    record Received(String type, String data, String lastEventId) {}

    /** Returns the next event, or null at the end of the stream. */
    @Nullable
    Received next() throws IOException {
        while (events.isEmpty()) {
            if (!readByte()) {
                parser.assertBetweenBlocks();
                return null;
            }
        }
        ServerSentEvent event = events.remove();
        if (event.retry() != null) {
            reconnectionTime = event.retry().toMillis();
        }
        return new Received(event.type(), event.data(), event.lastEventId());
    }

    /** Reads on until a comment, which must come before the next event. */
    void awaitComment() throws IOException {
        int before = parser.comments();
        while (parser.comments() == before) {
            if (!readByte()) {
                throw new AssertionError("the stream ended before a comment");
            }
            if (!events.isEmpty()) {
                throw new AssertionError("expected a comment, got " + events);
            }
        }
    }

    /** Returns what {@code retry:} said last, or -1. */
    long reconnectionTime() {
        return reconnectionTime;
    }

    private boolean readByte() throws IOException {
        int next = in.read();
        if (next < 0) {
            return false;
        }
        parser.accept(new byte[] {(byte) next});
        events.addAll(parser.take());
        return true;
    }
}
