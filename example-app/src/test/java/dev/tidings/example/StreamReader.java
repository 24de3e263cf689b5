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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads an event stream, and takes nothing but what this application's contract says is in one. */
final class StreamReader implements AutoCloseable {

    private static final Pattern FIELD = Pattern.compile("(id|event|data|retry): (.*)");
    private static final long PATIENCE_SECONDS = 15;

    private final InputStream body;
    private final BlockingQueue<Block> blocks = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> comments = new LinkedBlockingQueue<>();

    StreamReader(HttpResponse<InputStream> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=utf-8");
        assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        body = response.body();
        Thread reader = new Thread(this::read, "stream-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits for the next block. */
    Block next() {
        return poll(blocks, "block");
    }

    /** Waits for the next block, which must be of a type. */
    Block next(String type) {
        Block block = next();
        assertThat(block.type()).as("type of %s", block).isEqualTo(type);
        return block;
    }

    /** Waits for a comment: a heartbeat. */
    String nextComment() {
        return poll(comments, "comment");
    }

    /** Waits for the end; nothing may come before it. */
    void assertEnds() {
        assertThat(next()).isEqualTo(Block.END);
    }

    /** Breaks the connection. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            Block block = Block.EMPTY;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.add(line);
                } else if (!line.isEmpty()) {
                    block = block.with(line);
                } else if (!block.equals(Block.EMPTY)) {
                    blocks.add(block);
                    block = Block.EMPTY;
                }
            }
        } catch (IOException e) {
            // broken off, by us or by the server: the end either way
        } catch (RuntimeException e) {
            blocks.add(new Block(e.toString(), null, null, null));
        }
        blocks.add(Block.END);
    }

    private static <T> T poll(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("a %s within %d s", what, PATIENCE_SECONDS).isNotNull();
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

        JsonNode json() {
            return Json.MAPPER.readTree(data);
        }

        String guildId() {
            return json().get("guildId").asString();
        }
    }
}
