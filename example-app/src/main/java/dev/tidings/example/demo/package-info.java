/** Stand-ins for the outside world, so that the whole loop runs on one machine. */
@NullMarked
package dev.tidings.example.demo;

import org.jspecify.annotations.NullMarked;
