/**
 * The bytes of a stream, by the WHATWG HTML standard, section 9.2. Not exported.
 */
@NullMarked
package dev.tidings.sse.wire;

import org.jspecify.annotations.NullMarked;
