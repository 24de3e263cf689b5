package dev.tidings.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections read by one thread, and some that are never read. */
final class Audience implements AutoCloseable {

    private static final byte[] REQUEST = "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final int SMALL = 4096;

    private final InetSocketAddress server;
    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "audience");
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    private volatile Heard heard = new Heard();
    private volatile boolean closed;

    /** What was heard since it was begun. Written by the reading thread. */
    static final class Heard implements Reading.Events {

        private final Latencies latencies = new Latencies();
        private long missing;
        private long repeated;

        @Override
        public void event(long sentNanos, long missed) {
            latencies.add(System.nanoTime() - sentNanos);
            if (missed < 0) {
                repeated++;
            } else {
                missing += missed;
            }
        }

        Latencies latencies() {
            return latencies;
        }

        long missing() {
            return missing;
        }

        long repeated() {
            return repeated;
        }
    }

    Audience(int port) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        thread.setDaemon(true);
        thread.start();
    }

    /** Opens connections, and waits until each has its response. */
    void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = connect(0);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Reading());
        }
        selector.wakeup();
    }

    /** Opens connections that are read no further than the beginning of the response. */
    void openFrozen(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            connect(SMALL);
        }
    }

    /** Begins to count anew, and returns what was heard until now. */
    Heard next() {
        Heard before = heard;
        heard = new Heard();
        return before;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    private SocketChannel connect(int receiveBuffer) throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        channel.connect(server);
        channels.add(channel);
        channel.write(ByteBuffer.wrap(REQUEST));
        ByteBuffer first = ByteBuffer.allocate(16);
        channel.read(first);
        return channel;
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(100);
                if (closed) {
                    return;
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    read(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(SelectionKey key) throws IOException {
        buffer.clear();
        int count = ((SocketChannel) key.channel()).read(buffer);
        if (count < 0) {
            key.cancel();
            return;
        }
        buffer.flip();
        ((Reading) key.attachment()).read(buffer, heard);
    }
}
