/**
 * The retained part of a topic's log, as both the in-memory backplane and a node's replay buffer hold it. Not exported.
 */
@NullMarked
package dev.tidings.sse.log;

import org.jspecify.annotations.NullMarked;
