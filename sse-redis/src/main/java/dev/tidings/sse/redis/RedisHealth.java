package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Status;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a backplane and its Redis are doing, at one moment: for readiness checks, dashboards and log lines. A liveness check
 * must not go by it, or an outage of Redis restarts every node.
 *
 * @param status whether what followers have seen is up to date
 * @param masters how many servers hold the logs: one, or the masters of a cluster; 0 while it is not known
 * @param connectedMasters how many of them this node is in touch with, all of its topics subscribed
 * @param probeRoundTrip how long the last probe took from being published to being heard, null before the first
 * @param topicsFollowed how many topics this node wants to follow
 * @param topicsAcknowledged how many of them are subscribed
 * @param publishesWaiting how many events wait for their answer
 * @param oldestPublishWaiting how long the first of them has waited
 * @param resyncs how often followers of a topic were told to read again: after a lost connection, or by the audit
 * @param duplicatesDropped how many announcements came twice
 * @param publishesRetried how many events were sent again, because their outcome was not known or Redis asked for it
 * @param reconnects how often a connection was opened anew
 */
public record RedisHealth(
        Status status,
        int masters,
        int connectedMasters,
        @Nullable Duration probeRoundTrip,
        int topicsFollowed,
        int topicsAcknowledged,
        int publishesWaiting,
        Duration oldestPublishWaiting,
        long resyncs,
        long duplicatesDropped,
        long publishesRetried,
        long reconnects) {

    /** Requires what is always known. */
    public RedisHealth {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(oldestPublishWaiting, "oldestPublishWaiting");
    }
}
