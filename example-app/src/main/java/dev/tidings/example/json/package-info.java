/** Strict JSON from outsiders, read without touching the parts that are only passed on. */
@NullMarked
package dev.tidings.example.json;

import org.jspecify.annotations.NullMarked;
