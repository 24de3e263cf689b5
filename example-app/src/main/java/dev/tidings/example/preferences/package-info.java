/** How a user wants the pages to look, the same in all tabs and on all devices. */
@NullMarked
package dev.tidings.example.preferences;

import org.jspecify.annotations.NullMarked;
