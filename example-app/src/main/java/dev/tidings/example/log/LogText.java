package dev.tidings.example.log;

import java.util.Set;
import java.util.regex.Pattern;

/** Writes what may have come from outside so that it cannot pass for a line or a field of its own. */
final class LogText {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@,+-]+");

    // Characters that end lines, turn their direction, move the cursor of a terminal, or cannot be written.
    private static final Set<Byte> UNSEEN = Set.of(
            Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE,
            Character.UNASSIGNED,
            Character.PRIVATE_USE);

    private LogText() {}

    /** Returns the value of a field: as it is where it is one plain word, else in quotes. */
    static String value(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        return '"' + line(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    /** Returns text without what is not seen. */
    static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (!UNSEEN.contains((byte) Character.getType(c))) {
                line.appendCodePoint(c);
            } else if (c == '\n') {
                line.append("\\n");
            } else {
                line.append(String.format("\\u%04x", c));
            }
        });
        return line.toString();
    }
}
