package dev.tidings.sse;

import java.time.Duration;
import java.util.Map;

/**
 * What a broadcaster has done since it was created, read at one moment.
 *
 * @param activeConnections open streams of transports
 * @param activeSubscriptions open subscriptions of all kinds
 * @param slowConsumers those that take nothing at this moment
 * @param bufferedBytes about how many bytes the replay buffers hold
 * @param totalEvents events published through this broadcaster, duplicates not counted
 * @param eventsByType those events by type; after 100 types the rest is counted under {@code other}
 * @param deliveredByType events handed to streams and subscribers, likewise
 * @param replayedEvents those of them that a subscriber got before it had caught up after a resume
 * @param averageLatency from the event's position in its log until it was handed to a stream
 * @param freshOpens subscriptions that began without a cursor
 * @param resumedOpens subscriptions that began with one
 * @param reconnectRate {@code resumedOpens} per second, over the broadcaster's life
 * @param resumesByOutcome how those went that have caught up
 * @param gapsByReason gaps told
 * @param closesByReason streams and subscriptions that the library ended
 */
public record BroadcasterMetrics(
        long activeConnections,
        long activeSubscriptions,
        long slowConsumers,
        long bufferedBytes,
        long totalEvents,
        Map<String, Long> eventsByType,
        Map<String, Long> deliveredByType,
        long replayedEvents,
        Duration averageLatency,
        long freshOpens,
        long resumedOpens,
        double reconnectRate,
        Map<ResumeOutcome, Long> resumesByOutcome,
        Map<Gap.Reason, Long> gapsByReason,
        Map<CloseReason, Long> closesByReason) {

    /** Copies the maps. */
    public BroadcasterMetrics {
        eventsByType = Map.copyOf(eventsByType);
        deliveredByType = Map.copyOf(deliveredByType);
        resumesByOutcome = Map.copyOf(resumesByOutcome);
        gapsByReason = Map.copyOf(gapsByReason);
        closesByReason = Map.copyOf(closesByReason);
    }

    /** Returns the number of events handed to streams and subscribers. */
    public long deliveredEvents() {
        return deliveredByType.values().stream().mapToLong(Long::longValue).sum();
    }
}
