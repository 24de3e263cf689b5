/** HTTP: the server, routes, pages, and errors that say what was wrong. */
@NullMarked
package dev.tidings.example.web;

import org.jspecify.annotations.NullMarked;
