package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The application in a process of its own. */
final class ChildProcess implements AutoCloseable {

    private static final Pattern RUNS = Pattern.compile("runs: (http://\\S+)");
    private static final long PATIENCE_SECONDS = 120; // several start at once, on two cores

    final List<String> output = new CopyOnWriteArrayList<>();
    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();

    /** Starts a main class with nothing in its environment but these variables. */
    ChildProcess(Class<?> mainClass, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                mainClass.getName());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putIfAbsent("PORT", "0");
        process = builder.redirectErrorStream(true).start();
        Thread reader = new Thread(this::read, "child-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits until it runs. */
    URI address() throws Exception {
        return address.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy(); // unlike the one of Process, it leaves what is printed then to be read
    }

    /** Waits for its end, and returns its exit code. */
    int exitCode() throws Exception {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the process ends")
                .isTrue();
        outputEnded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return process.exitValue();
    }

    /** Kills it, and waits for its end: it holds its port and its database's files until then. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
                Matcher runs = RUNS.matcher(line);
                if (runs.find()) {
                    address.complete(URI.create(runs.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            address.completeExceptionally(new IllegalStateException("ended before it ran: " + output));
            outputEnded.complete(null);
        }
    }
}
