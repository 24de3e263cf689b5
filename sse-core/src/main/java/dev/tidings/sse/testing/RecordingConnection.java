package dev.tidings.sse.testing;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open connection without a network: parses what it is given, and reads as fast as the test says.
 *
 * <p>{@link SteppedBroadcaster#connect(dev.tidings.sse.Access.Granted)} makes one. Use it on the thread that steps; it is not thread-safe.
 *
 * <p>What it received is checked when it is asked for it: bytes that {@link EventStreamParser} does not accept, frames
 * that are not whole, and calls after its end are {@link AssertionError}s.
 */
public final class RecordingConnection implements FrameSubscriber {

    /** Whether a connection is open still. */
    public enum State {
        /** It is open, as far as the server knows. */
        OPEN,
        /** The server ended it after everything it had written. */
        ENDED,
        /** The server cut it off, since nobody reads. */
        ABORTED
    }

    private final EventStreamParser parser = new EventStreamParser();
    private final List<byte[]> unparsed = new ArrayList<>();
    private final List<ServerSentEvent> events = new ArrayList<>();
    private int taken;
    private Outcome outcome = Outcome.TAKEN;
    private State state = State.OPEN;
    private int writes;
    private int offers;
    private int largestWrite;
    private @Nullable RuntimeException defect;
    private @Nullable String misuse;
    private @Nullable Stream stream;

    /** Creates a connection that has yet to be opened. */
    public RecordingConnection() {}

    /**
     * Opens its stream, as a transport does. Nothing is written before {@link Stream#ready}, or {@link #readAgain}.
     *
     * @throws dev.tidings.sse.BroadcasterClosedException if the broadcaster is closed
     * @throws IllegalArgumentException if the access grants more topics than a stream may have
     */
    public void open(Streams streams, StreamRequest request) {
        stream = streams.open(request, this);
    }

    /**
     * Returns the transport's handle on the stream.
     *
     * @throws IllegalStateException if the connection was not opened
     */
    public Stream stream() {
        if (stream == null) {
            throw new IllegalStateException("the connection was not opened");
        }
        return stream;
    }

    // What the page and its network do.

    /** Takes nothing from now on: a frozen page, or a network that is full. */
    public void stopReading() {
        outcome = Outcome.NOT_READY;
    }

    /** Reads again from the next step on. */
    public void readAgain() {
        outcome = Outcome.TAKEN;
        stream().ready();
    }

    /** Goes away in silence: the server finds out when it next writes. */
    public void vanish() {
        outcome = Outcome.GONE;
    }

    /** Goes away, and the server notices: a page that was closed. */
    public void disconnect() {
        outcome = Outcome.GONE;
        stream().gone();
    }

    /** Throws from now on, as a container with a defect might. */
    public void breakDown() {
        defect = new IllegalStateException("a broken connection, as scripted");
    }

    // What it received.

    /** Returns all events so far, those of the library, such as {@code stream.open}, among them. */
    public List<ServerSentEvent> events() {
        parse();
        return List.copyOf(events);
    }

    /** Returns the events since the last call of {@code take} or {@link #takeData}. */
    public List<ServerSentEvent> take() {
        parse();
        List<ServerSentEvent> since = List.copyOf(events.subList(taken, events.size()));
        taken = events.size();
        return since;
    }

    /**
     * Returns the data of the events since the last call of {@link #take} or {@code takeData}; in front of data of the
     * library's own events stands the type, as in <code>stream.cursor{}</code>.
     */
    public List<String> takeData() {
        List<String> data = new ArrayList<>();
        for (ServerSentEvent event : take()) {
            data.add(event.isControl() ? event.type() + event.data() : event.data());
        }
        return data;
    }

    /** Returns what a browser would come back with: give it to another connection to resume. Empty for nothing. */
    public String lastEventId() {
        parse();
        return parser.lastEventId();
    }

    /** Returns the number of heartbeats so far. */
    public int heartbeats() {
        parse();
        return parser.comments();
    }

    /** Tells whether the server ended it, and how. */
    public State state() {
        return state;
    }

    /** Returns how many writes were taken so far: events that piled up come in one. */
    public int writes() {
        return writes;
    }

    /** Returns how many writes were offered so far, taken or not. */
    public int offers() {
        return offers;
    }

    /** Returns the largest write that was taken so far, in bytes. */
    public int largestWrite() {
        return largestWrite;
    }

    // What the library calls.

    @Override
    public Outcome offer(byte[] frames) {
        noteIfOver("offer");
        offers++;
        if (defect != null) {
            throw defect;
        }
        if (outcome == Outcome.TAKEN) {
            writes++;
            largestWrite = Math.max(largestWrite, frames.length);
            unparsed.add(frames);
        }
        return outcome;
    }

    @Override
    public void end() {
        noteIfOver("end");
        state = State.ENDED;
    }

    @Override
    public void abort() {
        noteIfOver("abort");
        state = State.ABORTED;
    }

    private void noteIfOver(String call) {
        if (state != State.OPEN && misuse == null) {
            misuse = "expected no call to a connection that is " + state + ", came " + call;
        }
    }

    /** Parses here, not when offered: on a loop a failed assertion would only be logged. */
    private void parse() {
        if (misuse != null) {
            throw new AssertionError(misuse);
        }
        for (byte[] frames : unparsed) {
            parser.accept(frames);
            parser.assertBetweenBlocks();
        }
        unparsed.clear();
        events.addAll(parser.take());
    }
}
