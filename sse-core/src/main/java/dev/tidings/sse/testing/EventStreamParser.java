package dev.tidings.sse.testing;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A strict parser of event streams, by the <a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation">WHATWG HTML standard,
 * section 9.2.6</a>. Takes bytes in pieces of any size, as they come from a connection.
 *
 * <pre>{@code
 * EventStreamParser parser = new EventStreamParser();
 * parser.accept(bytes);
 * List<ServerSentEvent> events = parser.take();
 * }</pre>
 *
 * <p>It forgives nothing: what a browser would skip or repair, and what this library never sends, is an
 * {@link AssertionError}: malformed UTF-8, an unknown field, a malformed {@code id:} or {@code retry:}, a block that has
 * fields but no data. Not thread-safe.
 */
public final class EventStreamParser {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final List<ServerSentEvent> events = new ArrayList<>();
    private byte[] undecoded = {};
    private boolean begun;
    private boolean afterCr;
    private int comments;
    private String lastEventId = "";

    // The block that is being read.
    private final StringBuilder line = new StringBuilder();
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private String id = "";
    private @Nullable Duration retry;
    private boolean hasFields;

    /** Creates a parser at the beginning of a stream. */
    public EventStreamParser() {}

    /**
     * Takes the next bytes.
     *
     * @throws AssertionError if they are not what the standard, or this library, allows
     */
    public void accept(byte[] bytes) {
        accept(ByteBuffer.wrap(bytes));
    }

    /**
     * Takes the next bytes, up to the buffer's limit.
     *
     * @throws AssertionError if they are not what the standard, or this library, allows
     */
    public void accept(ByteBuffer bytes) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.length + bytes.remaining())
                .put(undecoded)
                .put(bytes)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        CoderResult result = decoder.decode(in, out, false);
        if (result.isError()) {
            throw new AssertionError("malformed UTF-8 after: " + line + out.flip(), failure(result));
        }
        undecoded = new byte[in.remaining()];
        in.get(undecoded);
        out.flip().chars().forEach(c -> accept((char) c));
    }

    /** Returns the events since the last call. */
    public List<ServerSentEvent> take() {
        List<ServerSentEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** Returns the number of comments so far: the heartbeats. */
    public int comments() {
        return comments;
    }

    /** Returns what a browser would now send as {@code Last-Event-ID}; empty for nothing. */
    public String lastEventId() {
        return lastEventId;
    }

    /**
     * Requires that the stream is between two blocks, where it may end.
     *
     * @throws AssertionError if it is within one
     */
    public void assertBetweenBlocks() {
        if (hasFields || line.length() > 0 || undecoded.length > 0) {
            throw new AssertionError("expected the end of a block, came: " + line + " (type '" + type + "', data '"
                    + data + "', " + undecoded.length + " bytes of a character)");
        }
    }

    private void accept(char c) {
        boolean first = !begun;
        begun = true;
        if ((first && c == BYTE_ORDER_MARK) || (afterCr && c == '\n')) {
            afterCr = false;
            return;
        }
        afterCr = c == '\r';
        if (c == '\r' || c == '\n') {
            String ended = line.toString();
            line.setLength(0);
            endLine(ended);
        } else {
            line.append(c);
        }
    }

    private void endLine(String text) {
        if (text.isEmpty()) {
            dispatch();
        } else if (text.startsWith(":")) {
            comments++;
        } else {
            int colon = text.indexOf(':');
            String value = colon < 0 ? "" : text.substring(colon + 1);
            field(colon < 0 ? text : text.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        }
    }

    private void field(String name, String value) {
        hasFields = true;
        switch (name) {
            case "event" -> type = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> id = checkedId(value);
            case "retry" -> retry = Duration.ofMillis(digits(value));
            default ->
                throw new AssertionError(
                        "expected a field event, data, id or retry, came '" + name + "' with value '" + value + "'");
        }
    }

    private void dispatch() {
        if (hasFields && data.isEmpty()) {
            throw new AssertionError("expected data in every block, since some clients ignore those without; came a"
                    + " block of type '" + type + "', id '" + id + "', retry " + retry);
        }
        lastEventId = id; // only now: a browser does not come back with the id of a block that was cut off
        if (hasFields) {
            data.setLength(data.length() - 1);
            events.add(new ServerSentEvent(type.isEmpty() ? "message" : type, data.toString(), id, retry));
        }
        data.setLength(0);
        type = "";
        retry = null;
        hasFields = false;
    }

    private static String checkedId(String value) {
        if (value.indexOf(0) >= 0) {
            throw new AssertionError("expected an id without NUL, or browsers ignore it, came '" + value + "'");
        }
        return value;
    }

    private static long digits(String value) {
        if (value.isEmpty() || value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new AssertionError("expected digits after retry:, came '" + value + "'");
        }
        return Long.parseLong(value);
    }

    private static CharacterCodingException failure(CoderResult result) {
        try {
            result.throwException();
            return new CharacterCodingException();
        } catch (CharacterCodingException e) {
            return e;
        }
    }
}
