package dev.tidings.example.web;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;

/** Refuses requests in whose text somebody further in would fail: who asks for a parameter, or a database for a NUL. */
public final class ReadableText {

    private ReadableText() {}

    /** Lets a request pass, or answers it. */
    public static void check(HttpServletRequest request) {
        String charset = request.getCharacterEncoding();
        if (charset != null && !isKnown(charset)) {
            throw new Problem(415, "the charset in Content-Type is not known here");
        }
        String query = request.getQueryString();
        if (query != null && query.contains("%00")) {
            throw new Problem(400, "the query must not hold NUL");
        }
    }

    private static boolean isKnown(String charset) {
        try {
            return Charset.isSupported(charset);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }
}
