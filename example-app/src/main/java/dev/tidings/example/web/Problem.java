package dev.tidings.example.web;

import dev.tidings.example.json.Json;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpStatus;

/** A request that is refused: an HTTP status and one sentence that says why. On the wire as in RFC 9457. */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final String CONTENT_TYPE = "application/problem+json";

    private final int status;
    private final String detail;

    /**
     * Creates a problem.
     *
     * @param status from 400 on
     * @param detail what was wrong, for the one who sent the request
     */
    public Problem(int status, String detail) {
        super(detail, null, false, false); // an answer, not a fault: nobody looks at where it came from
        this.status = status;
        this.detail = detail;
    }

    /** Refuses for the reason that an exception gives; its message is meant for the one who sent the request. */
    public static Problem of(int status, Exception reason) {
        return new Problem(status, String.valueOf(reason.getMessage()));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What was wrong. */
    public String detail() {
        return detail;
    }

    /** Makes the body of the answer, one line. */
    static byte[] body(int status, String detail) {
        String line = Json.write(new Body(status, HttpStatus.getMessage(status), detail)) + "\n";
        return line.getBytes(StandardCharsets.UTF_8);
    }

    private record Body(int status, String title, String detail) {}
}
