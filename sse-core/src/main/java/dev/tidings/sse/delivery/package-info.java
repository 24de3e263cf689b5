/**
 * Delivery: loops that read the logs on behalf of every subscription. Not exported.
 *
 * <p>Read {@code DeliveryLoop} first, then {@code Reader} (one subscription), {@code TopicFeed} (one topic as this node
 * follows it) and {@code Run} (what lies after a position).
 */
@NullMarked
package dev.tidings.sse.delivery;

import org.jspecify.annotations.NullMarked;
