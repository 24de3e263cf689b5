/** For those who run it: figures, one line of the log for each stream, and a page that shows who is connected. */
@NullMarked
package dev.tidings.example.ops;

import org.jspecify.annotations.NullMarked;
