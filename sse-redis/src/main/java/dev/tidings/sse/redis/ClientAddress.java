package dev.tidings.sse.redis;

import org.jspecify.annotations.Nullable;

/**
 * How a server knows a connection.
 *
 * @param id its number, which no other connection has before the server's restart
 * @param address its other end, as the server sees it
 */
record ClientAddress(String id, String address) {

    /** Reads the answer to CLIENT INFO; null if the server did not tell. */
    static @Nullable ClientAddress of(Object info) {
        String id = null;
        String address = null;
        if (!(info instanceof byte[])) {
            return null;
        }
        for (String field : Answers.text(info).trim().split(" ", -1)) {
            if (field.startsWith("id=")) {
                id = field.substring("id=".length());
            } else if (field.startsWith("addr=")) {
                address = field.substring("addr=".length());
            }
        }
        return id == null || address == null ? null : new ClientAddress(id, address);
    }
}
