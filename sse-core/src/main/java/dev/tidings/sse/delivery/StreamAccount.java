package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one stream so far: of what {@link dev.tidings.sse.StreamSummary} tells. Owned by its loop's thread. */
final class StreamAccount {

    private static final long NOT_YET = -1;

    private final StreamId id;
    private final long begun;
    private long establishment = NOT_YET;
    private long events;
    private @Nullable CloseReason ending;

    /** Begins with a stream that was asked for at this time, in nanoseconds. */
    StreamAccount(StreamId id, long begun) {
        this.id = id;
        this.begun = begun;
    }

    StreamId id() {
        return id;
    }

    void established(long now) {
        establishment = now - begun;
    }

    void delivered(int more) {
        events += more;
    }

    /** Notes why the library ends the stream; the first reason counts. */
    void ending(CloseReason reason) {
        if (ending == null) {
            ending = reason;
        }
    }

    /** Returns why the library ended the stream, or null: then its peer left. */
    @Nullable
    CloseReason ending() {
        return ending;
    }

    Duration age(long now) {
        return Duration.ofNanos(now - begun);
    }

    @Nullable
    Duration establishment() {
        return establishment == NOT_YET ? null : Duration.ofNanos(establishment);
    }

    long events() {
        return events;
    }
}
