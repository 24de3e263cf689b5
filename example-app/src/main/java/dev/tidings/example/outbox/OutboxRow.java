package dev.tidings.example.outbox;

import dev.tidings.sse.Event;
import dev.tidings.sse.Topic;

/**
 * An event to publish.
 *
 * @param id its place in the outbox; within a topic, ids are in the order of the commits
 * @param topic where it goes
 * @param idempotencyKey publishing it twice with this key leaves one
 * @param event what it is
 */
record OutboxRow(long id, Topic topic, String idempotencyKey, Event event) {}
