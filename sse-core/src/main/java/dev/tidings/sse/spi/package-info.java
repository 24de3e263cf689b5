/**
 * What an extender implements: a {@link dev.tidings.sse.spi.Backplane} that keeps the logs, or a transport, whose
 * connections are {@link dev.tidings.sse.spi.FrameSubscriber}s.
 */
@NullMarked
package dev.tidings.sse.spi;

import org.jspecify.annotations.NullMarked;
