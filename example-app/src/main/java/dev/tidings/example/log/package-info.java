/** Log lines that people read and machines take apart: key=value pairs, one record on a line. */
@NullMarked
package dev.tidings.example.log;

import org.jspecify.annotations.NullMarked;
