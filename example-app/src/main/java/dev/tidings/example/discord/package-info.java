/** Discord: signing in with it, asking it for a user's guilds, and what it tells by its webhook events. */
@NullMarked
package dev.tidings.example.discord;

import org.jspecify.annotations.NullMarked;
