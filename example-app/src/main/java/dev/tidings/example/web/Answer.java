package dev.tidings.example.web;

import dev.tidings.example.json.Json;
import jakarta.servlet.http.HttpServletRequest;
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

    /**
     * Refuses a request. Where its body is not read even so, the rest of it may still be on its way: then the connection
     * ends with the answer, which says so, or the client's next request would be lost on it.
     */
    static void problem(HttpServletRequest request, HttpServletResponse response, int status, String detail)
            throws IOException {
        if (!RequestBody.discardRest(request)) {
            response.setHeader("Connection", "close");
        }
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
