/** The one stream of all pages. */
@NullMarked
package dev.tidings.example.streams;

import org.jspecify.annotations.NullMarked;
