package dev.tidings.benchmarks;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A broadcaster, and streams that have opened and wait for what is published. */
final class Audience implements AutoCloseable {

    static final Event EVENT =
            Event.of("guild-joined", "{\"type\":\"guild-joined\",\"guildId\":\"7\",\"guildName\":\"Night Owls\"}");

    private final EventBroadcaster broadcaster;
    private final List<CountingStream> streams = new ArrayList<>();
    private final Semaphore written = new Semaphore(0);

    Audience(EventBroadcaster broadcaster) {
        this.broadcaster = broadcaster;
    }

    /** Opens a stream, which takes whatever it is offered. */
    CountingStream open(Topic topic, String lastEventId) {
        Streams way = broadcaster.streams();
        CountingStream stream = new CountingStream(written);
        StreamRequest request = new StreamRequest(Access.to(topic), way.beginDecision(), lastEventId);
        way.open(request, stream).ready();
        streams.add(stream);
        return stream;
    }

    /** Opens that many streams and waits until each has had its first block. */
    void openAll(Topic topic, int count) {
        for (int i = 0; i < count; i++) {
            open(topic, null);
        }
        written.acquireUninterruptibly(count);
    }

    /** Waits until that many writes were taken by streams that announce them. */
    void awaitWrites(int count) {
        written.acquireUninterruptibly(count);
    }

    /**
     * Lets only the last streams announce their writes. A loop writes to its streams in the order in which they opened,
     * so when the last one of each loop was written to, all were; and the count itself costs the others nothing.
     */
    void announceOnly(int last) {
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).announces(i >= streams.size() - last);
        }
    }

    List<CountingStream> streams() {
        return streams;
    }

    @Override
    public void close() {
        broadcaster.close();
    }
}
