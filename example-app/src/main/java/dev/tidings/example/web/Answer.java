package dev.tidings.example.web;

import dev.tidings.example.json.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The few forms of answers. None of them is for a cache: what they say depends on who asks, and when. */
public final class Answer {

    private Answer() {}

    /** Answers with a value as JSON. */
    public static void json(HttpServletResponse response, int status, Object value) throws IOException {
        bytes(response, status, "application/json", (Json.write(value) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with text of some type. */
    public static void text(HttpServletResponse response, String type, String text) throws IOException {
        bytes(response, HttpServletResponse.SC_OK, type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the browser to another page with a GET. */
    public static void seeOther(HttpServletResponse response, String path) {
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", path);
        response.setHeader("Cache-Control", "no-store");
    }

    static void problem(HttpServletResponse response, int status, String detail) throws IOException {
        bytes(response, status, Problem.CONTENT_TYPE, Problem.body(status, detail));
    }

    static void bytes(HttpServletResponse response, int status, String type, byte[] body) throws IOException {
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(type);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
