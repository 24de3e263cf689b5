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
    private Outcome outcome = Outcome.TAKEN;
    private int writes;
    private int offers;
    private int largestWrite;
    private String end = "";
    Stream stream;

    @Override
    public Outcome offer(byte[] frames) {
        assertThat(end).as("offered after the end").isEmpty();
        offers++;
        if (outcome == Outcome.TAKEN) {
            writes++;
            largestWrite = Math.max(largestWrite, frames.length);
            parser.accept(frames);
        }
        return outcome;
    }

    @Override
    public void end() {
        assertThat(end).isEmpty();
        end = "ended";
    }

    @Override
    public void abort() {
        assertThat(end).isEmpty();
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

    /** All messages since the last call. */
    List<Message> take() {
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
        return parser.lastEventId();
    }

    int heartbeats() {
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
}
