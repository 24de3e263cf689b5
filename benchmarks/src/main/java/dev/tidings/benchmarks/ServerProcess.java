package dev.tidings.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A {@link StreamServer} in a process of its own, so that what it takes is its own. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final Answers answers;
    private final PrintStream commands;
    private final int port;

    ServerProcess(String container) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx2g",
                        "-XX:+UseG1GC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamServer.class.getName(),
                        container)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        answers = new Answers(process.inputReader(StandardCharsets.US_ASCII));
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        port = Integer.parseInt(answers.next("listening"));
    }

    int port() {
        return port;
    }

    Usage usage() throws IOException {
        commands.println();
        return Usage.parse(answers.next("usage"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
