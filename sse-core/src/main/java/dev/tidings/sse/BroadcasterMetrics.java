package dev.tidings.sse;

import java.time.Duration;
import java.util.Map;

/**
 * What a broadcaster has done since it was created, read at one moment.
 *
 * @param activeConnections open streams of transports
 * @param activeSubscriptions open subscriptions of all kinds
 * @param totalEvents events published through this broadcaster, duplicates not counted
 * @param eventsByType those events by type; after 100 types the rest is counted under {@code other}
 * @param deliveredEvents events handed to streams and subscribers
 * @param averageLatency from the event's position in its log until it was handed to a stream
 * @param freshOpens streams that opened without a cursor
 * @param resumedOpens streams that opened with one
 * @param reconnectRate opens with a cursor per second, over the broadcaster's life
 * @param gapsByReason gaps told
 * @param closesByReason streams and subscriptions that the library ended
 */
public record BroadcasterMetrics(
        long activeConnections,
        long activeSubscriptions,
        long totalEvents,
        Map<String, Long> eventsByType,
        long deliveredEvents,
        Duration averageLatency,
        long freshOpens,
        long resumedOpens,
        double reconnectRate,
        Map<Gap.Reason, Long> gapsByReason,
        Map<CloseReason, Long> closesByReason) {

    /** Copies the maps. */
    public BroadcasterMetrics {
        eventsByType = Map.copyOf(eventsByType);
        gapsByReason = Map.copyOf(gapsByReason);
        closesByReason = Map.copyOf(closesByReason);
    }
}
