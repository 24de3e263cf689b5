/** How a Redis backplane is doing, as meters of Micrometer. For applications that have Micrometer; nothing else needs it. */
@NullMarked
package dev.tidings.sse.redis.micrometer;

import org.jspecify.annotations.NullMarked;
