package dev.tidings.sse.wire;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The library's own events, which a native {@code EventSource} hears as any other. Each carries data, since some clients
 * ignore a block without, and so lose its {@code id:} or {@code retry:}.
 */
public final class ControlFrames {

    /** The delay that every {@code stream.open} sets a client back to, in milliseconds. */
    public static final int RETRY_MILLIS = 1000;

    private ControlFrames() {}

    /** {@code stream.open}: the cursor at which reading starts, and whether the client's own was taken up. */
    public static byte[] open(byte[] cursor, long heartbeatMillis, boolean resumed, List<Topic> fresh) {
        String names = fresh.stream().map(ControlFrames::quote).collect(Collectors.joining(",", "[", "]"));
        String data = "{\"heartbeat\":" + heartbeatMillis + ",\"resumed\":" + resumed + ",\"new\":" + names + "}";
        return block("stream.open", cursor, RETRY_MILLIS, data);
    }

    /** {@code stream.gap}, with the cursor behind it: the gap is told once. */
    public static byte[] gap(byte[] cursor, Gap gap) {
        String data = "{\"topic\":" + quote(gap.topic()) + ",\"reason\":\""
                + gap.reason().wireName() + "\"}";
        return block("stream.gap", cursor, 0, data);
    }

    /** {@code stream.status}: whether the backplane is in touch. */
    public static byte[] status(boolean stale) {
        return block("stream.status", null, 0, "{\"state\":\"" + (stale ? "stale" : "fresh") + "\"}");
    }

    /** {@code stream.cursor}: moves a client's cursor over what its filter dropped. */
    public static byte[] cursor(byte[] cursor) {
        return block("stream.cursor", cursor, 0, "{}");
    }

    /**
     * {@code stream.close}, the last block.
     *
     * @param cursor marked closed if the client must not come back; null if the stream never opened
     * @param retryMillis the delay until the next connect
     */
    public static byte[] close(byte @Nullable [] cursor, CloseReason reason, int retryMillis) {
        String data = "{\"reason\":\"" + reason.wireName() + "\",\"reconnect\":" + reason.mayReconnect() + "}";
        return block("stream.close", cursor, retryMillis, data);
    }

    private static byte[] block(String type, byte @Nullable [] cursor, int retryMillis, String data) {
        StringBuilder block = new StringBuilder(128);
        if (cursor != null) {
            block.append("id: ")
                    .append(new String(cursor, StandardCharsets.US_ASCII))
                    .append('\n');
        }
        if (retryMillis > 0) {
            block.append("retry: ").append(retryMillis).append('\n');
        }
        block.append("event: ").append(type).append("\ndata: ").append(data).append("\n\n");
        return block.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A topic's name is visible ASCII, so two characters are all that JSON asks to escape. */
    private static String quote(Topic topic) {
        return '"' + topic.name().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
