package dev.tidings.sse;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transport's stream at one moment, while it is open or when it has just ended. Holds nothing of what was delivered, and
 * not the session, so it may be logged and shown to those who run the application.
 *
 * @param id names the stream on all nodes, for {@link Revocation#connection}; grants nothing to whoever knows it
 * @param principal whose stream it is, or null
 * @param topics what it reads
 * @param age since its request came, or more precisely since {@link dev.tidings.sse.spi.Streams#beginDecision}
 * @param establishment how long it took from there until the first block, {@code stream.open}, was handed to the transport;
 *     null if it has not been: the stream is still opening, or was refused
 * @param events how many events it was given
 * @param bytes how many bytes it was given, with heartbeats and control events
 * @param stalled for how long it has taken nothing although there was something; zero while it takes what it is given,
 *     and for one whose peer has never been ready to take anything
 */
public record StreamSummary(
        String id,
        @Nullable String principal,
        List<Topic> topics,
        Duration age,
        @Nullable Duration establishment,
        long events,
        long bytes,
        Duration stalled) {

    /** Copies the topics. */
    public StreamSummary {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(stalled, "stalled");
        topics = List.copyOf(topics);
    }
}
