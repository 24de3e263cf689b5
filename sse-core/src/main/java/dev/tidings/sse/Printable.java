package dev.tidings.sse;

/** Makes an untrusted value fit for an error message: short, quoted, and free of control characters. */
final class Printable {

    private static final int LONGEST = 64;

    private Printable() {}

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
