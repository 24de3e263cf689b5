package dev.tidings.sse;

/** What may be printed of an untrusted value. */
final class Printable {

    private static final int LONGEST = 64;

    private Printable() {}

    /** Tells whether a name consists of visible ASCII characters only. */
    static boolean isVisibleAscii(String name) {
        return name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Makes a value fit for an error message: short, quoted, and free of control characters. */
    static String quote(String value) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < Math.min(value.length(), LONGEST); i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        return quoted.append(value.length() > LONGEST ? "'..." : "'").toString();
    }
}
