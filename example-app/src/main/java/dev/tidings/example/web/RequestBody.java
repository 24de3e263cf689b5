package dev.tidings.example.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads bodies of a bounded size. */
public final class RequestBody {

    private static final long DISCARDED_BYTES = 2 * 1024 * 1024;

    private RequestBody() {}

    /**
     * Reads the body, whatever its length is said to be.
     *
     * @throws Problem with status 413 if it is longer than {@code maxBytes}
     */
    public static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
        refuseAbove(maxBytes, request.getContentLengthLong());
        byte[] body = request.getInputStream().readNBytes(maxBytes + 1); // a chunked body does not tell its length
        refuseAbove(maxBytes, body.length);
        return body;
    }

    private static void refuseAbove(int maxBytes, long length) {
        if (length > maxBytes) {
            throw new Problem(413, "the body must have at most " + maxBytes + " bytes");
        }
    }

    /**
     * Reads on and forgets what a refused request still has to say. Most senders write all before they read: a connection
     * that is closed on what they are writing is reset, and the answer lost with it.
     *
     * @return whether all was read; not so if it is megabytes, or comes only to those who are asked to continue
     */
    static boolean discardRest(HttpServletRequest request) {
        boolean hasBody = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        if (!hasBody) {
            return true;
        }
        if (request.getHeader("Expect") != null) {
            return false;
        }
        try {
            request.getInputStream().skipNBytes(DISCARDED_BYTES);
            return false;
        } catch (EOFException end) {
            return true;
        } catch (IOException gone) {
            return false;
        }
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
