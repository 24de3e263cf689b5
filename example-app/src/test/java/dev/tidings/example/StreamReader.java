package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads an event stream, and takes nothing but what this application's contract says is in one. A stream that ends because
 * its user gained or lost a guild is opened anew where it was, as a page does: its reader sees what comes, and no seam.
 * Who of the staff is there is told to those only who ask for it: everybody's pages open and close in tests. So is whether
 * the backplane is in touch: over Redis a stream may open, or be served at any time, with a word of that.
 */
final class StreamReader implements AutoCloseable {

    private static final Pattern FIELD = Pattern.compile("(id|event|data|retry): (.*)");
    private static final long PATIENCE_SECONDS = 30;

    private final Function<String, HttpResponse<InputStream>> open;
    private final boolean follows;
    private final AtomicReference<InputStream> body = new AtomicReference<>();

    // Touched by the reading thread only.
    private boolean opened;
    private @Nullable String lastId;

    private volatile boolean closed;
    private volatile boolean team;
    private volatile boolean status;
    private final BlockingQueue<Block> blocks = new LinkedBlockingQueue<>();
    private final BlockingQueue<Block> reopened = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> comments = new LinkedBlockingQueue<>();

    /** Reads one response, to its end whatever that is. */
    StreamReader(HttpResponse<InputStream> response) {
        this(null, id -> response, false);
    }

    /**
     * Reads a stream.
     *
     * @param open opens the stream, from an id on if there is one
     */
    StreamReader(@Nullable String lastEventId, Function<String, HttpResponse<InputStream>> open) {
        this(lastEventId, open, true);
    }

    private StreamReader(
            @Nullable String lastEventId, Function<String, HttpResponse<InputStream>> open, boolean follows) {
        this.open = open;
        this.follows = follows;
        lastId = lastEventId;
        begin(open.apply(lastEventId));
        Thread reader = new Thread(this::read, "stream-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** Shows also who of the staff comes and goes. */
    StreamReader withTeam() {
        team = true;
        return this;
    }

    /** Shows from now on also whether the backplane is in touch. */
    StreamReader withStatus() {
        status = true;
        return this;
    }

    /** Waits for the next block. */
    Block next() {
        return next(PATIENCE_SECONDS);
    }

    /** Waits for the next block for so long. */
    Block next(long patienceSeconds) {
        Block next = poll(blocks, "block", patienceSeconds);
        while (isHidden(next)) {
            next = poll(blocks, "block", patienceSeconds);
        }
        return next;
    }

    private boolean isHidden(Block block) {
        return !team && "member-status".equals(block.type()) || !status && "stream.status".equals(block.type());
    }

    /** Waits for it to be opened anew, and returns the {@code stream.open} of that. */
    Block awaitReopened() {
        return poll(reopened, "stream opened anew", PATIENCE_SECONDS);
    }

    /** Waits for the next block, which must be of a type. */
    Block next(String type) {
        Block block = next();
        assertThat(block.type()).as("type of %s", block).isEqualTo(type);
        return block;
    }

    /** Waits for a comment: a heartbeat. */
    String nextComment() {
        return poll(comments, "comment", PATIENCE_SECONDS);
    }

    /** Waits for the end; nothing may come before it. */
    void assertEnds() {
        assertThat(next()).isEqualTo(Block.END);
    }

    /** Breaks the connection. */
    @Override
    public void close() {
        closed = true;
        close(body.get());
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(HttpResponse<InputStream> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        body.set(response.body());
    }

    private void read() {
        try {
            Block last = readOne();
            while (follows && !closed && last.isChange() && reopen()) {
                last = readOne();
            }
            if (last.isChange()) {
                blocks.add(last);
            }
        } catch (RuntimeException | AssertionError e) { // to whom it concerns, who would wait in vain otherwise
            blocks.add(new Block(e.toString(), null, null, null));
        } finally {
            blocks.add(Block.END);
        }
    }

    /** Tells whether there is a stream still, for who sees something else now. */
    private boolean reopen() {
        HttpResponse<InputStream> response = open.apply(lastId);
        boolean opens = response.statusCode() == 200;
        if (opens) {
            begin(response);
        }
        if (closed || !opens) {
            close(response.body()); // closed meanwhile, when there was something else to close
        }
        return opens;
    }

    /** Reads one response to its end, and returns what it ended with. */
    private Block readOne() {
        Block last = Block.END;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body.get(), StandardCharsets.UTF_8))) {
            Block block = Block.EMPTY;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.add(line);
                } else if (!line.isEmpty()) {
                    block = block.with(line);
                } else if (!block.equals(Block.EMPTY)) {
                    last = block;
                    take(block);
                    block = Block.EMPTY;
                }
            }
        } catch (IOException e) {
            // broken off, by us or by the server: the end either way
        }
        return last;
    }

    private void take(Block block) {
        boolean isOpen = block.type().equals("stream.open");
        if (isOpen && opened) {
            reopened.add(block);
        } else if (!block.isChange()) {
            blocks.add(block);
        }
        opened |= isOpen;
        lastId = block.id() == null ? lastId : block.id(); // one that is closed while it opens has none of its own
    }

    private static <T> T poll(BlockingQueue<T> queue, String what, long patienceSeconds) {
        try {
            T next = queue.poll(patienceSeconds, TimeUnit.SECONDS);
            assertThat(next).as("a %s within %d s", what, patienceSeconds).isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    record Block(String type, String data, String id, String retry) {

        static final Block EMPTY = new Block(null, null, null, null);
        static final Block END = new Block("end of the stream", null, null, null);

        Block with(String line) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new IllegalArgumentException("not a line of an event stream: " + line);
            }
            String value = field.group(2);
            return switch (field.group(1)) {
                case "event" -> new Block(value, data, id, retry);
                case "data" -> new Block(type, data == null ? value : data + "\n" + value, id, retry);
                case "id" -> new Block(type, data, value, retry);
                default -> new Block(type, data, id, value);
            };
        }

        boolean isChange() {
            return "stream.close".equals(type) && data.contains("\"changed\"");
        }

        JsonNode json() {
            return Json.MAPPER.readTree(data);
        }

        String guildId() {
            return json().get("guildId").asString();
        }
    }
}
