package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tidings.sse.testing.EventStreamParser;
import dev.tidings.sse.testing.ServerSentEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a browser's {@code EventSource} does, by the WHATWG HTML standard, section 9.2, and no more: connects again when a
 * stream ends, after the delay that it was told, with its last id; and stops for good at any answer that is no stream.
 *
 * <p>Owned by the thread of its {@link EventSources}; what tests look at may be read by any.
 */
final class EventSource {

    enum State {
        CONNECTING,
        OPEN,
        CLOSED
    }

    /** A connect that a stream's end led to: what the delay should be, and what it was. */
    record Reconnect(long delayMillis, long waitedMillis) {}

    private final EventSources all;

    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private final List<ServerSentEvent> controls = new CopyOnWriteArrayList<>();
    private final List<Reconnect> reconnects = new CopyOnWriteArrayList<>();
    private volatile String target;
    private volatile State state = State.CONNECTING;
    private volatile Consumer<ServerSentEvent> listener = event -> {};

    private String lastEventId = "";
    private long reconnectionMillis = 1000;

    // Of the connection under way.
    private @Nullable ByteBuffer request;
    private StringBuilder head = new StringBuilder();
    private ChunkDecoder chunks = new ChunkDecoder();
    private EventStreamParser parser = new EventStreamParser();

    EventSource(EventSources all, String target) {
        this.all = all;
        this.target = target;
    }

    /** Hears every event that is the application's; on the thread of all sources. */
    void onEvent(Consumer<ServerSentEvent> newListener) {
        listener = newListener;
    }

    /** Goes elsewhere with its next connect. */
    void moveTo(String newTarget) {
        target = newTarget;
    }

    State state() {
        return state;
    }

    /** The status of each answer. */
    List<Integer> statuses() {
        return statuses;
    }

    /** The events that are the library's. */
    List<ServerSentEvent> controls() {
        return controls;
    }

    List<Reconnect> reconnects() {
        return reconnects;
    }

    /** Tells whether a stream has opened, the first time or again. */
    boolean hasOpened(int times) {
        return controls.stream()
                        .filter(event -> event.type().equals("stream.open"))
                        .count()
                >= times;
    }

    void connect() {
        String id = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
        request = ByteBuffer.wrap(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                        + "Cache-Control: no-cache\r\n" + id + "\r\n")
                .getBytes(ISO_8859_1));
        head = new StringBuilder();
        chunks = new ChunkDecoder();
        parser = new EventStreamParser();
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), all.port()));
            channel.register(all.selector(), SelectionKey.OP_CONNECT, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void ready(SelectionKey key, ByteBuffer buffer) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        boolean over;
        try {
            over = request == null ? read(channel, buffer.clear()) : send(channel, key);
        } catch (IOException refusedOrReset) {
            over = true;
        }
        if (over) {
            channel.close();
            if (state != State.CLOSED) {
                comeBack();
            }
        }
    }

    private boolean send(SocketChannel channel, SelectionKey key) throws IOException {
        channel.finishConnect();
        channel.write(request); // fits any socket's buffer
        request = null;
        key.interestOps(SelectionKey.OP_READ);
        return false;
    }

    private boolean read(SocketChannel channel, ByteBuffer buffer) throws IOException {
        return channel.read(buffer) < 0 || receive(buffer.flip());
    }

    /** Takes what came, and tells whether the answer is over. */
    private boolean receive(ByteBuffer bytes) {
        if (state == State.CONNECTING && !headIsComplete(bytes)) {
            return state == State.CLOSED;
        }
        boolean over = chunks.decode(bytes, parser::accept);
        parser.take().forEach(this::dispatch);
        return over;
    }

    private boolean headIsComplete(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            head.append((char) (bytes.get() & 0xff));
            if (head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return isStream();
            }
        }
        return false;
    }

    private boolean isStream() {
        int status = Integer.parseInt(head.substring(9, 12));
        boolean stream = status == 200 && head.toString().toLowerCase().contains("content-type: text/event-stream");
        statuses.add(status); // before the state, which tests wait for
        state = stream ? State.OPEN : State.CLOSED;
        return stream;
    }

    private void dispatch(ServerSentEvent event) {
        if (event.retry() != null) {
            reconnectionMillis = event.retry().toMillis();
        }
        if (!event.lastEventId().isEmpty()) { // browsers keep the id of the connection before
            lastEventId = event.lastEventId();
        }
        if (event.isControl()) {
            controls.add(event);
        } else {
            listener.accept(event);
        }
    }

    private void comeBack() {
        state = State.CONNECTING;
        long ended = System.nanoTime();
        long delay = reconnectionMillis;
        all.after(delay, () -> {
            long waited = TimeUnit.NANOSECONDS.toMillis((System.nanoTime() - ended) * all.hurry());
            reconnects.add(new Reconnect(delay, waited));
            connect();
        });
    }
}
