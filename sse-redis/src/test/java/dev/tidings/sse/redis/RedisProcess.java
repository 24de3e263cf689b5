package dev.tidings.sse.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server process in a folder of its own, which is killed, frozen and started again. Whatever a test forgets ends with
 * the JVM, folder included.
 */
final class RedisProcess implements AutoCloseable {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int FIRST_PORT = 10_000;

    /** Where Linux begins; other systems begin later. */
    private static final int PORTS_OF_CONNECTIONS = 32_768;

    private static final Set<RedisProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(RedisProcess::close)));
    }

    private final Path folder;
    private final List<String> command;
    private Process process;

    /** Starts a process. What it prints goes to {@code log.txt} in the folder. */
    RedisProcess(Path folder, List<String> arguments) {
        this.folder = folder;
        this.command = new ArrayList<>(List.of(RedisBinary.get().path().toString()));
        command.addAll(arguments);
        RUNNING.add(this);
        start();
    }

    /** Returns a folder in memory where there is such a thing: who waits for a disk does not answer meanwhile. */
    static Path newFolder() {
        try {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "tidings-redis-")
                    : Files.createTempDirectory("tidings-redis-");
        } catch (IOException e) {
            throw new AssertionError("no folder for a server", e);
        }
    }

    /**
     * Returns a port that was free a moment ago. It is none of those that connections are given as their own end, so that
     * nobody takes it while its server is down.
     */
    static int freePort() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(FIRST_PORT, PORTS_OF_CONNECTIONS);
        } while (!isFree(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts it again, with the same arguments in the same folder. */
    void start() {
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError("cannot start " + command, e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as {@code kill -9} does, and waits for the end. Works on a frozen process, too. */
    void kill() {
        process.destroyForcibly();
        waitForEnd(process);
    }

    /** Stops it in its tracks: its connections stay, and nobody answers. */
    void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    void thaw() {
        signal("CONT");
    }

    /** Returns the end of what it printed, for whoever has to find out why it failed. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            return "(nothing printed)";
        }
    }

    @Override
    public void close() {
        if (RUNNING.remove(this)) {
            kill();
            deleteFolder();
        }
    }

    private Path log() {
        return folder.resolve("log.txt");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            waitForEnd(kill);
            if (kill.exitValue() != 0) {
                throw new AssertionError("kill -" + name + " failed: is the server dead?\n" + lastWords());
            }
        } catch (IOException e) {
            throw new AssertionError("cannot send SIG" + name, e);
        }
    }

    private static void waitForEnd(Process process) {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("a killed process does not end: " + process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("left behind: " + folder + ", since " + e);
        }
    }
}
