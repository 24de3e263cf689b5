package dev.tidings.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Many clients on one thread, which read whatever comes and count it. */
final class StreamClients implements AutoCloseable {

    private static final byte[] REQUEST =
            "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".getBytes(US_ASCII);

    private final InetSocketAddress server;
    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private long bytes;

    StreamClients(int port) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Opens so many more, one after the other, each up to its first block. */
    void open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(server);
            channels.add(channel);
            channel.write(ByteBuffer.wrap(REQUEST));
            awaitFirstBlock(channel);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
    }

    /** Reads until nothing came for so long. */
    void readUntilQuiet(long millis) throws IOException {
        while (selector.select(millis) > 0) {
            for (SelectionKey key : selector.selectedKeys()) {
                read((SocketChannel) key.channel());
            }
            selector.selectedKeys().clear();
        }
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        selector.close();
    }

    private void awaitFirstBlock(SocketChannel channel) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.indexOf("stream.open") < 0 || received.indexOf("\n\n") < 0) {
            read(channel);
            received.append(US_ASCII.decode(buffer.flip()));
        }
    }

    private void read(SocketChannel channel) throws IOException {
        buffer.clear();
        int read = channel.read(buffer);
        if (read < 0) {
            throw new EOFException("the server ended a stream");
        }
        bytes += read;
    }
}
