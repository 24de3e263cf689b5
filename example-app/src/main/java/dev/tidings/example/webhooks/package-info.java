/** What the bot tells us: signed webhooks, verified, stored, and answered. */
@NullMarked
package dev.tidings.example.webhooks;

import org.jspecify.annotations.NullMarked;
