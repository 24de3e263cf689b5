package dev.tidings.sse.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads what servers answer. */
final class Answers {

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
        int space = message.indexOf(' ');
        return space < 0 ? message : message.substring(0, space);
    }
}
