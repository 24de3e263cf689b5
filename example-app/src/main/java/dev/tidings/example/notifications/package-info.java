/** What a user should know, behind the bell. */
@NullMarked
package dev.tidings.example.notifications;

import org.jspecify.annotations.NullMarked;
