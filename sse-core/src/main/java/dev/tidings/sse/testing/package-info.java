/**
 * For tests of applications and of extensions: a {@link dev.tidings.sse.testing.SteppedBroadcaster} that delivers when
 * the test says so, and the {@link dev.tidings.sse.testing.BackplaneContract} that every backplane keeps. Needs no test
 * framework: what fails is an {@link AssertionError}.
 */
@NullMarked
package dev.tidings.sse.testing;

import org.jspecify.annotations.NullMarked;
