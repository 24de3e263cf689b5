/** Who of a guild's staff is there. */
@NullMarked
package dev.tidings.example.team;

import org.jspecify.annotations.NullMarked;
