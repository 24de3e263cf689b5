package dev.tidings.benchmarks.peers;

import dev.tidings.benchmarks.Answers;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A server in a process of its own. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final Answers answers;
    private final BufferedWriter commands;
    private final int port;

    private ServerProcess(Process process) throws IOException {
        this.process = process;
        this.answers = new Answers(process.inputReader(StandardCharsets.UTF_8));
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.port = Integer.parseInt(answer("listening"));
    }

    /** Starts a server, and waits until it listens. */
    static ServerProcess start(Class<?> main) throws IOException {
        return new ServerProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx2g",
                        "-XX:+UseG1GC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    int port() {
        return port;
    }

    /** Begins to publish for so long. */
    void publish(int perSecond, Duration time, int bytes) {
        send("publish " + perSecond + " " + time.toMillis() + " " + bytes);
    }

    /** Returns the heap in use after a collection, in bytes. */
    long heap() {
        send("heap");
        return Long.parseLong(answer("heap"));
    }

    /** Returns the processor time used so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Returns the resident memory, in bytes, as Linux tells it. */
    long resident() {
        try (var lines = Files.lines(Path.of("/proc", "" + process.pid(), "status"))) {
            String line =
                    lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void send(String command) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer(String name) {
        try {
            return answers.next(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
