/** The tickets of guilds. */
@NullMarked
package dev.tidings.example.tickets;

import org.jspecify.annotations.NullMarked;
