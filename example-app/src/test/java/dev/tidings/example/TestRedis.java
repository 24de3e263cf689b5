package dev.tidings.example;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Redis of the test's own, on a port of loopback, that keeps what it was given when it is killed. */
final class TestRedis implements AutoCloseable {

    private static final String PONG = "+PONG\r\n";
    private static final int ANSWER_MILLIS = 5_000;

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

    /** Starts it, with what an earlier run has left, and waits until it answers. */
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
                        "no", // what is written outlives the process, and its one thread never waits for the disk
                        "--save",
                        "")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        Waiting.until(this::answers, "redis-server answers");
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

    /** Tells whether it is done with reading what an earlier run has left: it listens before that. */
    private boolean answers() {
        assertThat(process.isAlive()).as("redis-server runs").isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(PONG.length()), US_ASCII).equals(PONG);
        } catch (IOException e) {
            return false;
        }
    }
}
