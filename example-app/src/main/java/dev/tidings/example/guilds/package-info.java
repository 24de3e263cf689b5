/** The subject: guilds, what happens to them, and who gets to see it. */
@NullMarked
package dev.tidings.example.guilds;

import org.jspecify.annotations.NullMarked;
