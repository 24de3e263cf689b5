/**
 * The same audience before several servers: Tidings, and what is used for event streams elsewhere in Java. Each server is
 * a process of its own, started and measured by {@link dev.tidings.benchmarks.peers.Compare}.
 */
package dev.tidings.benchmarks.peers;
