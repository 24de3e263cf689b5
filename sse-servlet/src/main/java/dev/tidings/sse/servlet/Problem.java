package dev.tidings.sse.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An error answer: one line of JSON (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>), never an error
 * page of the container, which may hold a stack trace.
 */
record Problem(int status, String title) {

    static final Problem BAD_REQUEST = of(400);
    static final Problem METHOD_NOT_ALLOWED = of(405);
    static final Problem NOT_ACCEPTABLE = of(406);
    static final Problem INTERNAL_SERVER_ERROR = of(500);

    /** Returns the problem that stands for a status. */
    static Problem of(int status) {
        return new Problem(status, Titles.BY_STATUS.getOrDefault(status, "Client Error"));
    }

    /** Answers with this problem. Headers that filters set, such as those of CORS, stay. */
    void send(HttpServletResponse response) throws IOException {
        byte[] body = json().getBytes(StandardCharsets.US_ASCII);
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        ServletOutputStream out;
        try {
            out = response.getOutputStream();
        } catch (IllegalStateException e) { // a filter in front took the writer, and only that one is left
            response.getWriter().write(json());
            return;
        }
        response.setContentLength(body.length);
        out.write(body);
    }

    private String json() {
        return "{\"status\":" + status + ",\"title\":\"" + title + "\"}";
    }

    /** The phrases of RFC 9110 and RFC 6585. */
    private static final class Titles {
        static final Map<Integer, String> BY_STATUS = Map.of(
                400, "Bad Request",
                401, "Unauthorized",
                402, "Payment Required",
                403, "Forbidden",
                404, "Not Found",
                405, "Method Not Allowed",
                406, "Not Acceptable",
                410, "Gone",
                429, "Too Many Requests",
                500, "Internal Server Error");
    }
}
