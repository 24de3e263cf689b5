package dev.tidings.example.browser;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The browser of the tests, one for all of them in this process: a real Chromium without a window, which ends with the
 * process.
 *
 * <p>Where there is none, tests are skipped loudly; with {@code -Dtidings.require=true} that is a failure.
 */
final class Chromium {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<String> FLAGS = List.of(
            "--headless=new",
            "--no-sandbox", // CI runs as root; the pages are our own
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // A tab that is behind another one is as quick, or a test would wait for it by chance.
            "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
            // A process for each tab, so that what befalls one befalls no other.
            "--renderer-process-limit=20",
            "--remote-debugging-port=0");
    private static final Pattern ADDRESS = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final long PATIENCE_SECONDS = 60;

    private static @Nullable Chromium running;
    private static boolean warned;

    private final DevTools devTools;

    private Chromium(Path executable) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("tidings-chromium");
        Path log = Files.createFile(data.resolve("log.txt"));
        List<String> command = new ArrayList<>(List.of(executable.toString(), "--user-data-dir=" + data));
        command.addAll(FLAGS);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // Before anything can fail: a browser must not outlive its tests.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, data), "end-chromium"));
        devTools = new DevTools(address(process, log));
    }

    /** A profile of its own, with no cookies, no storage and no other profile's tabs, in the one browser. */
    static synchronized Profile newProfile() {
        if (running == null) {
            running = start();
        }
        String context = running.devTools
                .send(null, "Target.createBrowserContext", Map.of())
                .get("browserContextId")
                .asString();
        return new Profile(running.devTools, context);
    }

    private static Chromium start() {
        Path executable = find();
        if (executable == null) {
            warn();
            abort("Chromium was not found");
        }
        try {
            return new Chromium(executable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Path find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private static void warn() {
        if (Boolean.getBoolean("tidings.require")) {
            fail("Chromium was not found (required by -Dtidings.require=true)");
        }
        if (!warned) {
            warned = true;
            System.err.print("""

                    [WARNING] ================================================================
                    [WARNING]  The tests in a real browser did NOT run: Chromium was not found.
                    [WARNING]  Install Chromium, or see CI for their result.
                    [WARNING] ================================================================

                    """);
        }
    }

    /** Chromium names its address in its log once it listens. */
    private static URI address(Process process, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (process.isAlive() && System.nanoTime() < deadline) {
            Matcher matcher = ADDRESS.matcher(Files.readString(log));
            if (matcher.find()) {
                return URI.create(matcher.group(1));
            }
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        throw new IllegalStateException("Chromium did not start: " + Files.readString(log));
    }

    private static void end(Process process, Path data) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS); // or it would write into what is being deleted
            try (Stream<Path> files = Files.walk(data)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Chromium's files are left in " + data + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
