package dev.tidings.example.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;

/** One request, and what any answer to it must be like. */
final class Attack {

    // A server that does not read a longer head may hang up on what it has not read, and its answer is lost with it.
    private static final int LONGEST_HEAD = 8 * 1024;

    private Attack() {}

    /**
     * Sends it.
     *
     * @param headers lines of a head, each with its end
     */
    static RawAnswer on(URI address, String method, String target, String headers, byte[] body) throws IOException {
        String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
                + (body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n") + "\r\n";
        byte[] headBytes = head.getBytes(ISO_8859_1);
        byte[] request = Arrays.copyOf(headBytes, headBytes.length + body.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        RawAnswer answer = RawAnswer.to(address, request);
        String what = abbreviated(headBytes) + " with " + abbreviated(body);
        if (answer.status() == 0 && headBytes.length > LONGEST_HEAD) {
            return answer;
        }
        assertThat(answer.status())
                .as(what)
                .isGreaterThanOrEqualTo(200)
                .matches(status -> status < 500 || status == 501);
        if (answer.status() >= 400 && !method.equals("HEAD")) {
            assertThatItIsAProblem(what, answer.status(), answer.body());
        }
        return answer;
    }

    /** In one line, and without a word about the insides. */
    static void assertThatItIsAProblem(String what, int status, String body) {
        assertThat(body).as(what).doesNotContain("Exception", "dev.tidings", "org.eclipse", "\tat ", "java.");
        if (!body.startsWith("<!doctype html>")) { // the page of a sign-in that went wrong
            assertThat(body).as(what).contains("\"status\":" + status + ",");
            assertThat(body.strip()).as(what).doesNotContain("\n");
        }
    }

    static String abbreviated(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }
}
