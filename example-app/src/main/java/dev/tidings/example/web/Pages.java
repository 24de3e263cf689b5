package dev.tidings.example.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The HTML pages: static files, filled in by scripts. */
public final class Pages {

    private Pages() {}

    /**
     * Returns a handler that answers with a page of the {@code web} folder.
     *
     * @throws IllegalArgumentException if there is no such page
     */
    public static Handler page(String name) {
        byte[] html = read("/web/" + name);
        return (request, response) -> Answer.bytes(response, 200, "text/html;charset=utf-8", html);
    }

    private static byte[] read(String resource) {
        try (InputStream in = Pages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no page " + resource + " on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
