package dev.tidings.sse.log;

import java.nio.charset.StandardCharsets;

/** How many bytes a text takes, which is up to five for a character: two in memory and three on the wire. */
public final class TextSize {

    private static final char LATIN_1 = 0xff; // the last one; texts of these alone take a byte for each in memory

    private TextSize() {}

    /** Returns how many bytes the characters take in memory. */
    public static int inMemory(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > LATIN_1) {
                return 2 * text.length();
            }
        }
        return text.length();
    }

    /** Returns how many bytes the text takes as UTF-8. */
    public static int encoded(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length; // a copy, and still much faster than counting
    }
}
