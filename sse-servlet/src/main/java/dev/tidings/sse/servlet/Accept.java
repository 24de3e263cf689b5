package dev.tidings.sse.servlet;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The {@code Accept} header, as far as streams need it (<a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1">RFC 9110, section 12.5.1</a>).
 */
final class Accept {

    /** From the least specific range to the most: the last one that a request names decides. */
    private static final List<String> RANGES = List.of("*/*", "text/*", "text/event-stream");

    private static final Pattern ZERO_WEIGHT = Pattern.compile("q\\s*=\\s*0(\\.0*)?");

    private Accept() {}

    /** Tells whether these header values leave room for a stream; without any, everything is acceptable. */
    static boolean allowsEventStream(List<String> values) {
        String all = String.join(",", values).toLowerCase(Locale.ROOT);
        if (all.isBlank()) {
            return true;
        }
        int mostSpecific = -1;
        boolean allowed = false;
        for (String element : all.split(",", -1)) {
            String[] parts = element.split(";", -1);
            int specificity = RANGES.indexOf(parts[0].strip());
            if (specificity > mostSpecific) {
                mostSpecific = specificity;
                allowed = !hasZeroWeight(parts);
            }
        }
        return allowed;
    }

    private static boolean hasZeroWeight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (ZERO_WEIGHT.matcher(parts[i].strip()).matches()) {
                return true;
            }
        }
        return false;
    }
}
