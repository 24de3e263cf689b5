package dev.tidings.sse.servlet;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream by the <a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">WHATWG HTML standard,
 * sections 9.2.5 and 9.2.6</a>, but forgives nothing: what a browser would skip or repair (a field it does not know,
 * broken UTF-8, a block cut off at the end) fails the test, since this library must not send it.
 */
final class EventStreamReader {

    private static final int END = -1;

    private final InputStream in;
    private @Nullable StringBuilder data;
    private String type = "";
    private String idBuffer = "";
    private long reconnectionTime = -1;
    private long comments;
    private boolean blockBegun;
    private boolean started;
    private boolean skipLineFeed;

    EventStreamReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** An event as a page hears it. */
    record Received(String type, String data, String lastEventId) {}

    /** Returns the next event, or null at the end of the stream. */
    @Nullable
    Received next() throws IOException {
        for (String line = readLine(); line != null; line = readLine()) {
            if (!line.isEmpty()) {
                blockBegun |= !line.startsWith(":");
                process(line);
                continue;
            }
            Received event = dispatch();
            if (event != null) {
                return event;
            }
        }
        if (blockBegun) {
            throw new AssertionError("the stream ended within a block");
        }
        return null;
    }

    /** Reads on until a comment, which must come before the next event. */
    void awaitComment() throws IOException {
        long before = comments;
        while (comments == before) {
            String line = readLine();
            if (line == null) {
                throw new AssertionError("the stream ended before a comment");
            }
            if (!line.isEmpty() && !line.startsWith(":")) {
                throw new AssertionError("expected a comment, got " + line);
            }
            if (!line.isEmpty()) {
                process(line);
            }
        }
    }

    /** Returns what {@code retry:} said last, or -1. */
    long reconnectionTime() {
        return reconnectionTime;
    }

    private void process(String line) {
        int colon = line.indexOf(':');
        if (colon == 0) {
            comments++;
            return;
        }
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        switch (field) {
            case "event" -> type = value;
            case "data" ->
                data = (data == null ? new StringBuilder() : data).append(value).append('\n');
            case "id" -> idBuffer = withoutNul(value);
            case "retry" -> reconnectionTime = Long.parseUnsignedLong(value);
            default -> throw new AssertionError("not a field: " + line);
        }
    }

    private static String withoutNul(String id) {
        if (id.indexOf(0) >= 0) {
            throw new AssertionError("an id with NUL is ignored by browsers");
        }
        return id;
    }

    private @Nullable Received dispatch() {
        StringBuilder lines = data;
        String name = type.isEmpty() ? "message" : type;
        data = null;
        type = "";
        blockBegun = false;
        if (lines == null) {
            return null; // the id counts all the same
        }
        return new Received(name, lines.substring(0, lines.length() - 1), idBuffer);
    }

    /** Lines end with LF, CR or CRLF. Does not wait for the LF behind a CR, which may never come. */
    private @Nullable String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b == '\n' && skipLineFeed) {
                skipLineFeed = false;
                continue;
            }
            skipLineFeed = b == '\r';
            if (b == END) {
                if (line.size() > 0) {
                    throw new AssertionError("the stream ended within a line");
                }
                return null;
            }
            if (b == '\n' || b == '\r') {
                return decode(line.toByteArray());
            }
            line.write(b);
        }
    }

    private String decode(byte[] line) throws IOException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(line))
                .toString();
        boolean first = !started;
        started = true;
        return first && text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
