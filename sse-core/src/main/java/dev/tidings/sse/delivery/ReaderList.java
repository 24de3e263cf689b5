package dev.tidings.sse.delivery;

import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The readers of a loop, longest idle first. Since all share one heartbeat interval, the order of last writes is the
 * order in which heartbeats fall due, and no timer is kept per connection. Links run through the readers themselves.
 * Owned by its loop's thread.
 */
final class ReaderList {

    private final TimeSource time;
    private final long heartbeatNanos;
    private @Nullable Reader first;
    private @Nullable Reader last;

    ReaderList(TimeSource time, Duration heartbeat) {
        this.time = time;
        this.heartbeatNanos = heartbeat.toNanos();
    }

    void add(Reader reader) {
        reader.lastWrite = time.nanos();
        reader.previous = last;
        reader.next = null;
        if (last == null) {
            first = reader;
        } else {
            last.next = reader;
        }
        last = reader;
    }

    void remove(Reader reader) {
        if (reader.previous != null) {
            reader.previous.next = reader.next;
        } else if (first == reader) {
            first = reader.next;
        }
        if (reader.next != null) {
            reader.next.previous = reader.previous;
        } else if (last == reader) {
            last = reader.previous;
        }
        reader.previous = null;
        reader.next = null;
    }

    /** Notes that a reader was written to. */
    void touch(Reader reader) {
        remove(reader);
        add(reader);
    }

    /** Gives a heartbeat to the next slice of readers that have been idle for the interval; tells whether there are more. */
    boolean beat() {
        for (int beats = 0; beats < Turn.SLICE && isDue(); beats++) {
            Reader idle = Objects.requireNonNull(first, "first");
            touch(idle);
            idle.heartbeat();
        }
        return isDue();
    }

    private boolean isDue() {
        return first != null && first.lastWrite + heartbeatNanos - time.nanos() <= 0;
    }

    Duration untilNextHeartbeat() {
        long nanos = first == null ? heartbeatNanos : first.lastWrite + heartbeatNanos - time.nanos();
        return Duration.ofNanos(Math.max(0, nanos));
    }

    /** Visits every reader there is now; the visitor may remove some. */
    void forEach(Consumer<Reader> visitor) {
        all().forEach(visitor);
    }

    /** Returns every reader there is now. */
    List<Reader> all() {
        List<Reader> all = new ArrayList<>();
        for (Reader reader = first; reader != null; reader = reader.next) {
            all.add(reader);
        }
        return all;
    }
}
