/** Events that a transaction decided on and that must be published, whatever happens in between. */
@NullMarked
package dev.tidings.example.outbox;

import org.jspecify.annotations.NullMarked;
