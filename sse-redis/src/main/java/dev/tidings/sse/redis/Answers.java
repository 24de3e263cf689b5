package dev.tidings.sse.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads what servers answer. */
final class Answers {

    /** How Redis 6 wraps what it refuses a command of a script with; Redis 7 answers with that itself. */
    private static final Pattern IN_SCRIPT =
            Pattern.compile("ERR Error running script [^:]*: @user_script:\\d+: @user_script: \\d+: -(?<code>[A-Z]+) ");

    private Answers() {}

    /** Returns an answer that is text or a number as text; a nested list, as the empty text. */
    static String text(Object answer) {
        if (answer instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return answer instanceof List<?> ? "" : String.valueOf(answer);
    }

    /**
     * Returns an answer that is no error.
     *
     * @throws JedisDataException the error that it is
     */
    static Object orThrow(Object answer) {
        if (answer instanceof JedisDataException error) {
            throw error;
        }
        return answer;
    }

    /** Returns what an error begins with, such as {@code READONLY}: the rest may quote a command, and so its data. */
    static String code(JedisDataException error) {
        String message = String.valueOf(error.getMessage());
        Matcher inScript = IN_SCRIPT.matcher(message);
        if (inScript.lookingAt()) {
            return inScript.group("code");
        }
        int space = message.indexOf(' ');
        return space < 0 ? message : message.substring(0, space);
    }
}
