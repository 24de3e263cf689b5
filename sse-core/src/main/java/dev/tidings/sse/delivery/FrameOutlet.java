package dev.tidings.sse.delivery;

import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import dev.tidings.sse.cursor.CursorLayout;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import dev.tidings.sse.wire.ControlFrames;
import dev.tidings.sse.wire.Frames;
import java.util.List;

/** Writes to a connection: everything that piled up for it becomes one array and one write. */
final class FrameOutlet implements Outlet {

    private final FrameSubscriber subscriber;
    private final DeliveryLoop loop;
    // Set by any thread.
    private volatile boolean gone;

    // Touched by the loop's thread only.
    private CursorLayout layout;
    private long events; // taken so far, as are the bytes
    private long bytes;

    FrameOutlet(FrameSubscriber subscriber, DeliveryLoop loop, CursorLayout layout) {
        this.subscriber = subscriber;
        this.loop = loop;
        this.layout = layout;
    }

    /** Begins no further call of the subscriber, from any thread: its peer is gone. */
    void gone() {
        gone = true;
    }

    @Override
    public void readsOnly(TopicFeed feed) {
        layout = feed.layout(); // the same, but shared by all subscriptions of this topic alone
    }

    @Override
    public boolean isConnection() {
        return true;
    }

    @Override
    public void begin() {
        joiner().clear();
    }

    @Override
    public boolean isEmpty() {
        return joiner().isEmpty();
    }

    @Override
    public boolean entry(int topicIndex, EncodedEntry entry, long[] positions) {
        EncodedEntry.Frame frame = entry.frame();
        if (layout.isSingle()) {
            return add(frame.bytes(), 1);
        }
        byte[] id = Frames.idLine(layout.encode(positions));
        if (!joiner().hasRoomFor(id.length + frame.bodyLength())) {
            return false;
        }
        joiner().add(id);
        joiner().add(frame.bytes(), frame.bodyOffset());
        joiner().addEntries(1);
        return true;
    }

    @Override
    public boolean entries(Run run) {
        return layout.isSingle()
                && run.isOneWrite()
                && add(run.joined(), run.entries().size());
    }

    @Override
    public boolean gap(Gap gap, long[] positions) {
        return add(ControlFrames.gap(layout.encode(positions), gap), 0);
    }

    @Override
    public void open(long[] positions, boolean resumed, List<Topic> fresh) {
        joiner().add(ControlFrames.open(
                layout.encode(positions), loop.settings().heartbeat().toMillis(), resumed, fresh));
    }

    @Override
    public void status(boolean stale) {
        joiner().add(ControlFrames.status(stale));
    }

    @Override
    public void heartbeat(long[] positions, boolean moved) {
        joiner().add(Frames.HEARTBEAT);
        if (moved) {
            joiner().add(ControlFrames.cursor(layout.encode(positions)));
        }
    }

    @Override
    public void close(Ending ending, long[] positions, boolean opened) {
        byte[] cursor = null;
        if (!ending.reason().mayReconnect()) {
            cursor = layout.encodeClosed(positions);
        } else if (opened) {
            cursor = layout.encode(positions);
        }
        joiner().add(ControlFrames.close(cursor, ending.reason(), ending.retryMillis()));
    }

    @Override
    public Outcome offer() {
        byte[] frames = joiner().join();
        int entries = joiner().entries();
        joiner().clear();
        Outcome outcome = gone ? Outcome.GONE : subscriber.offer(frames);
        if (outcome == Outcome.TAKEN) {
            events += entries;
            bytes += frames.length;
        }
        return outcome;
    }

    @Override
    public long events() {
        return events;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void end() {
        if (!gone) {
            subscriber.end();
        }
    }

    @Override
    public void abort() {
        if (!gone) {
            subscriber.abort();
        }
    }

    private FrameJoiner joiner() {
        return loop.joiner();
    }

    private boolean add(byte[] bytes, int entries) {
        if (!joiner().hasRoomFor(bytes.length)) {
            return false;
        }
        joiner().add(bytes);
        joiner().addEntries(entries);
        return true;
    }
}
