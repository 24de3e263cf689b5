/**
 * The Redis backplane: what joins the nodes of one application. It keeps every topic's log in Redis or Valkey and
 * carries new entries to the nodes that follow the topic.
 */
@NullMarked
package dev.tidings.sse.redis;

import org.jspecify.annotations.NullMarked;
