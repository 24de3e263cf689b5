package dev.tidings.sse.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A strict parser of event streams, by the WHATWG HTML standard, section 9.2.6, for tests. Takes bytes in pieces of any
 * size. Stricter than a browser: malformed UTF-8 and unknown fields fail.
 */
public final class EventStreamParser {

    /** What a browser would dispatch. {@code retry} is that of the block, 0 where it had none. */
    public record Message(String type, String data, String lastEventId, int retry) {}

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private final StringBuilder data = new StringBuilder();
    private byte[] undecoded = {};
    private boolean afterCr;
    private String type = "";
    private String lastEventId = "";
    private int retry;
    private int comments;

    /** Takes the next bytes. */
    public void accept(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.length + bytes.length)
                .put(undecoded)
                .put(bytes)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        try {
            var result = decoder.decode(in, out, false);
            if (result.isError()) {
                result.throwException();
            }
        } catch (CharacterCodingException e) {
            throw new AssertionError("malformed UTF-8", e);
        }
        undecoded = new byte[in.remaining()];
        in.get(undecoded);
        out.flip().chars().forEach(c -> accept((char) c));
    }

    /** Returns the messages so far, and forgets them. */
    public List<Message> take() {
        List<Message> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    /** Returns the number of comments so far. */
    public int comments() {
        return comments;
    }

    /** Returns what a browser would send as {@code Last-Event-ID}. */
    public String lastEventId() {
        return lastEventId;
    }

    private void accept(char c) {
        if (afterCr && c == '\n') {
            afterCr = false;
            return;
        }
        afterCr = c == '\r';
        if (c == '\r' || c == '\n') {
            endLine(line.toString());
            line.setLength(0);
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
        switch (name) {
            case "event" -> type = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> lastEventId = value.indexOf(0) >= 0 ? lastEventId : value;
            case "retry" -> retry = Integer.parseInt(value);
            default -> throw new AssertionError("unknown field '" + name + "'");
        }
    }

    private void dispatch() {
        if (data.length() > 0) {
            data.setLength(data.length() - 1);
            messages.add(new Message(type.isEmpty() ? "message" : type, data.toString(), lastEventId, retry));
        } else if (!type.isEmpty() || retry != 0) {
            throw new AssertionError("a block without data: some clients ignore it");
        }
        data.setLength(0);
        type = "";
        retry = 0;
    }
}
