package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process that reads many streams at once, to be stopped or killed by the system as browsers are. */
final class PeerProcess implements AutoCloseable {

    private static final String OPEN = "open";

    private final Process process;

    /** Returns when all streams are open. */
    PeerProcess(int port, int streams) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PeerProcess.class.getName(),
                        Integer.toString(port),
                        Integer.toString(streams))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(US_ASCII);
        String said = output.readLine();
        if (!OPEN.equals(said)) {
            close();
            throw new IOException("the peers said " + said);
        }
    }

    /** Freezes it: the kernel still takes what comes, until its buffers are full. */
    void stop() throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -STOP: status " + status);
        }
    }

    /** Kills it, and returns when it is dead. */
    @Override
    public void close() throws IOException {
        try {
            if (!process.destroyForcibly().waitFor(40, TimeUnit.SECONDS)) {
                throw new IOException("the peers do not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] args) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        Selector selector = Selector.open();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            SocketChannel channel = SocketChannel.open(server);
            channel.write(ByteBuffer.wrap("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII)));
            awaitOpen(channel, buffer); // one after the other: a burst would have its own threads, if for a moment
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        }
        System.out.println(OPEN);
        while (true) {
            selector.select(key -> read((SocketChannel) key.channel(), buffer));
        }
    }

    private static void awaitOpen(SocketChannel channel, ByteBuffer buffer) {
        StringBuilder received = new StringBuilder();
        while (received.indexOf("stream.open") < 0) {
            read(channel, buffer);
            received.append(US_ASCII.decode(buffer.flip()));
        }
    }

    /** Ends the process when the server ends a stream. */
    private static void read(SocketChannel channel, ByteBuffer buffer) {
        try {
            if (channel.read(buffer.clear()) < 0) {
                throw new EOFException("the server ended a stream");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
