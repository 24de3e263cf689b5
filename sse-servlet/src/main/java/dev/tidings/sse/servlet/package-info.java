/**
 * Event streams over asynchronous servlet I/O, in any Jakarta Servlet 6 container. Start at
 * {@link dev.tidings.sse.servlet.SseServlet}, or at {@link dev.tidings.sse.servlet.SseTransport} to open streams from a
 * servlet, filter or controller of your own.
 */
@NullMarked
package dev.tidings.sse.servlet;

import org.jspecify.annotations.NullMarked;
