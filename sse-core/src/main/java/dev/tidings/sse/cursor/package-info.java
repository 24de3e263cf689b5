/**
 * The inside of a cursor: how positions of many topics become one SSE {@code id:}. Not exported.
 */
@NullMarked
package dev.tidings.sse.cursor;

import org.jspecify.annotations.NullMarked;
