package dev.tidings.example.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The HTML pages: static files, filled in by scripts. */
public final class Pages {

    /** Stands in a page for the bar that all pages have above. */
    private static final String BAR = "<!-- bar -->\n";

    private Pages() {}

    /**
     * Returns a handler that answers with a page of the {@code web} folder.
     *
     * @throws IllegalArgumentException if there is no such page
     */
    public static Handler page(String name) {
        String html = read(name).replace(BAR, read("bar.html"));
        return (request, response) -> answer(response, 200, html);
    }

    /** Answers with a page. */
    public static void answer(HttpServletResponse response, int status, String html) throws IOException {
        Answer.bytes(response, status, "text/html;charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a page of the {@code web} folder.
     *
     * @throws IllegalArgumentException if there is no such page
     */
    public static String read(String name) {
        String resource = "/web/" + name;
        try (InputStream in = Pages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no page " + resource + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
