package dev.tidings.example.web;

import java.util.Set;
import java.util.regex.Pattern;

/** Checks short texts that come from outside and end up in names, logs and pages. */
public final class Text {

    /** The longest id, in characters. */
    public static final int MAX_ID_LENGTH = 64;

    // Unpaired surrogates cannot be stored, the others do not belong on one line.
    private static final Set<Integer> REFUSED =
            Set.of((int) Character.CONTROL, (int) Character.SURROGATE, (int) Character.LINE_SEPARATOR, (int)
                    Character.PARAGRAPH_SEPARATOR);

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private Text() {}

    /** Makes a name that passes {@link #check} of one that we cannot refuse: what does not fit is left out. */
    public static String clean(String name, int maxCharacters, String fallback) {
        String clean = name.codePoints()
                .filter(character -> !REFUSED.contains(Character.getType(character)))
                .limit(maxCharacters)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return clean.isBlank() ? fallback : clean;
    }

    /**
     * Returns the value if it can name something in a path, a topic and a page alike. Discord's own ids are digits.
     *
     * @throws IllegalArgumentException if it is anything else than 1 to 64 letters, digits, hyphens and underscores
     */
    public static String checkId(String what, String value) {
        check(what, value, MAX_ID_LENGTH);
        if (!ID.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " must be letters, digits, hyphens and underscores");
        }
        return value;
    }

    /**
     * Returns the value if it is a name that one can see.
     *
     * @throws IllegalArgumentException if it is blank, too long, or holds control characters
     */
    public static String check(String what, String value, int maxCharacters) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
        int length = value.codePointCount(0, value.length());
        if (length > maxCharacters) {
            throw new IllegalArgumentException(
                    what + " must have at most " + maxCharacters + " characters, had " + length);
        }
        if (value.codePoints().map(Character::getType).anyMatch(REFUSED::contains)) {
            throw new IllegalArgumentException(what + " must not hold control characters");
        }
        return value;
    }
}
