package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.Stream;
import dev.tidings.sse.wire.EventStreamParser;
import dev.tidings.sse.wire.EventStreamParser.Message;
import java.util.ArrayList;
import java.util.List;

/** A connection that parses what it is given, and is as ready as the test says. */
final class RecordingConnection implements FrameSubscriber {

    private final EventStreamParser parser = new EventStreamParser();
    private final List<byte[]> written = new ArrayList<>();
    private Outcome outcome = Outcome.TAKEN;
    private int writes;
    private int offers;
    private int largestWrite;
    private boolean misused;
    private RuntimeException failure;
    private String end = "";
    Stream stream;

    @Override
    public Outcome offer(byte[] frames) {
        misused |= !end.isEmpty();
        offers++;
        if (failure != null) {
            throw failure;
        }
        if (outcome == Outcome.TAKEN) {
            writes++;
            largestWrite = Math.max(largestWrite, frames.length);
            written.add(frames);
        }
        return outcome;
    }

    @Override
    public void end() {
        misused |= !end.isEmpty();
        end = "ended";
    }

    @Override
    public void abort() {
        misused |= !end.isEmpty();
        end = "aborted";
    }

    void stopReading() {
        outcome = Outcome.NOT_READY;
    }

    void readAgain() {
        outcome = Outcome.TAKEN;
        stream.ready();
    }

    void vanish() {
        outcome = Outcome.GONE;
    }

    /** Throws from now on, as a container with a defect might. */
    void breakDown() {
        failure = new IllegalStateException("broken connection");
    }

    /** All messages since the last call. */
    List<Message> take() {
        parse();
        return parser.take();
    }

    /** The data of all messages since the last call, control events as their type and data. */
    List<String> takeData() {
        List<String> all = new ArrayList<>();
        for (Message message : take()) {
            all.add(message.type().startsWith("stream.") ? message.type() + message.data() : message.data());
        }
        return all;
    }

    String lastEventId() {
        parse();
        return parser.lastEventId();
    }

    int heartbeats() {
        parse();
        return parser.comments();
    }

    int writes() {
        return writes;
    }

    int offers() {
        return offers;
    }

    int largestWrite() {
        return largestWrite;
    }

    String ending() {
        return end;
    }

    /** Parses here, not when offered: on a loop a failed assertion would only be logged. */
    private void parse() {
        assertThat(misused).as("called after its end").isFalse();
        written.forEach(parser::accept);
        written.clear();
    }
}
