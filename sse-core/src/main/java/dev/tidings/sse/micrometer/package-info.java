/** What a broadcaster does, as meters of Micrometer. For applications that have Micrometer; nothing else here needs it. */
@NullMarked
package dev.tidings.sse.micrometer;

import org.jspecify.annotations.NullMarked;
