package dev.tidings.example.outbox;

/**
 * What is in the outbox, of all nodes.
 *
 * @param pending rows to be published
 * @param parked rows that cannot be
 * @param oldestMillis the age of the oldest pending row; 0 if there is none
 */
public record OutboxFigures(long pending, long parked, long oldestMillis) {}
