/** The reference application. Read {@link dev.tidings.example.ExampleApp} first. */
@NullMarked
package dev.tidings.example;

import org.jspecify.annotations.NullMarked;
