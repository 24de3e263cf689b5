/** Who is asking: users, their sessions, signing in and out. */
@NullMarked
package dev.tidings.example.identity;

import org.jspecify.annotations.NullMarked;
