/**
 * What an application types. Start at {@link dev.tidings.sse.EventBroadcaster}.
 */
@NullMarked
package dev.tidings.sse;

import org.jspecify.annotations.NullMarked;
