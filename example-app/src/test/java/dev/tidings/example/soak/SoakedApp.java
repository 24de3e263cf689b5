package dev.tidings.example.soak;

import dev.tidings.example.TestBot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The example application in a process of its own, over a database file. */
final class SoakedApp implements AutoCloseable {

    private static final Pattern RUNS = Pattern.compile("runs: http://[^:]+:(\\d+)");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    // In kB: full soon, as the logs are. By default it takes some 30 MB of this heap, and half an hour.
    private static final String CACHE = ";CACHE_SIZE=2048";

    private final Process process;
    private final int port;

    private SoakedApp(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it, and waits until it listens. */
    static SoakedApp start(Path directory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                java("java"),
                "-Xmx512m",
                "-XX:+UseG1GC",
                "-cp",
                System.getProperty("java.class.path"),
                SoakedNode.class.getName());
        builder.environment().put("PORT", "0");
        builder.environment().put("WEBHOOK_SECRET", TestBot.SECRET);
        builder.environment().put("DATABASE_URL", "jdbc:h2:" + directory.resolve("tidings") + CACHE);
        builder.environment().put("MAX_STREAMS_PER_USER", "100");
        Process process = builder.redirectErrorStream(true).start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher runs = RUNS.matcher(line);
            if (runs.find()) {
                SoakedApp example = new SoakedApp(process, Integer.parseInt(runs.group(1)));
                Thread log = new Thread(() -> keep(output, directory.resolve("log")), "log");
                log.setDaemon(true);
                log.start();
                System.out.println("pid " + process.pid() + ", its log: " + directory.resolve("log"));
                return example;
            }
        }
        throw new IOException("the example has ended before it ran");
    }

    int port() {
        return port;
    }

    /** Returns what is alive on its heap, after a collection. */
    long liveBytes() throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(java("jcmd"), "" + process.pid(), "GC.class_histogram").start();
        Matcher total = TOTAL.matcher(new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        histogram.waitFor();
        long bytes = 0;
        while (total.find()) {
            bytes = Long.parseLong(total.group(1));
        }
        return bytes;
    }

    long residentBytes() throws IOException {
        return 1024 * status("VmRSS:");
    }

    long threads() throws IOException {
        return status("Threads:");
    }

    long files() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", "" + process.pid(), "fd"))) {
            return open.count();
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private long status(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"));
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static void keep(BufferedReader output, Path file) {
        try (var writer = Files.newBufferedWriter(file)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                writer.write(line);
                writer.newLine();
            }
        } catch (IOException e) {
            // The end of the process, as a rule.
        }
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }
}
