package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Redis of the test's own, on a port of loopback, that keeps what it was given when it is killed. */
final class TestRedis implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Path directory;
    private final int port;
    private final Thread atExit = new Thread(this::kill, "kill-redis");
    private Process process;

    TestRedis(Path directory) throws Exception {
        this.directory = directory;
        this.port = FreePort.find();
        Runtime.getRuntime().addShutdownHook(atExit);
        start();
    }

    /** Tells whether there is one to start. */
    static boolean isInstalled() {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, "redis-server"))) {
                return true;
            }
        }
        return false;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Starts it, with what an earlier run has left, and waits until it listens. */
    void start() throws Exception {
        process = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        directory.toString(),
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always",
                        "--save",
                        "")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        long start = System.nanoTime();
        while (!listens()) {
            assertThat(process.isAlive()).as("redis-server runs").isTrue();
            assertThat(System.nanoTime() - start).as("redis-server listens").isLessThan(PATIENCE_NANOS);
            Thread.onSpinWait();
        }
    }

    /** Ends it as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
