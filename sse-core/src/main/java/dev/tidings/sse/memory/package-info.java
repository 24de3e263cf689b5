/**
 * The backplane of a single node: logs in this process's memory. Not exported.
 */
@NullMarked
package dev.tidings.sse.memory;

import org.jspecify.annotations.NullMarked;
