package dev.tidings.example.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads bodies of a bounded size. */
public final class RequestBody {

    private static final long DISCARDED_BYTES = 256 * 1024;

    private RequestBody() {}

    /**
     * Reads the body, whatever its length is said to be.
     *
     * @throws Problem with status 413 if it is longer than {@code maxBytes}
     */
    public static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
        InputStream in = request.getInputStream();
        byte[] body = in.readNBytes(maxBytes + 1); // a chunked body does not tell its length
        if (body.length > maxBytes) {
            // Most senders write all before they read: those that are a little too long shall get to the answer.
            in.skip(DISCARDED_BYTES);
            throw new Problem(413, "the body must have at most " + maxBytes + " bytes");
        }
        return body;
    }

    /** Tells whether there is a body that was not read to its end. */
    static boolean isUnread(HttpServletRequest request) throws IOException {
        boolean hasBody = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        return hasBody && !request.getInputStream().isFinished();
    }

    /**
     * Decodes text.
     *
     * @throws Problem with status 400 if the bytes are not UTF-8
     */
    public static String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem(400, "the body is not UTF-8");
        }
    }
}
