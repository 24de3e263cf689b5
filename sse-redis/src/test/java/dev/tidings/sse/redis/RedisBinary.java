package dev.tidings.sse.redis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server that tests start: what the environment variable {@value #VARIABLE} names, else {@code redis-server} or
 * {@code valkey-server} on the PATH.
 */
record RedisBinary(Path path, int major, int minor) {

    static final String VARIABLE = "TIDINGS_REDIS_SERVER";

    private static final Pattern VERSION = Pattern.compile("v=(\\d{1,4})\\.(\\d{1,4})\\.");

    private static @Nullable Optional<RedisBinary> found;

    /** Returns the binary, or nothing where there is none that works. Looks once. */
    static synchronized Optional<RedisBinary> find() {
        if (found == null) {
            found = candidates().filter(Files::isExecutable).findFirst().flatMap(RedisBinary::ask);
        }
        return found;
    }

    /**
     * Returns the binary.
     *
     * @throws AssertionError where there is none: what needs it must be marked with {@link RequiresRedis}
     */
    static RedisBinary get() {
        return find().orElseThrow(() -> new AssertionError("no redis-server; mark the test with @RequiresRedis"));
    }

    /** Returns the oldest major version to test with, unless told otherwise: what has sharded pub/sub. */
    static int oldest() {
        return System.getenv(VARIABLE) == null ? 7 : 6;
    }

    /** Tells whether it has sharded pub/sub, and lets DEBUG and CONFIG be forbidden. */
    boolean isSeven() {
        return major >= 7;
    }

    String version() {
        return major + "." + minor;
    }

    private static Stream<Path> candidates() {
        String given = System.getenv(VARIABLE);
        if (given != null) {
            Path.of(given).toFile().setExecutable(true); // out of a jar it is not
            return Stream.of(Path.of(given));
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of("redis-server", "valkey-server")
                .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1)).map(folder -> Path.of(folder, name)));
    }

    private static Optional<RedisBinary> ask(Path path) {
        try {
            Process process = new ProcessBuilder(path.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String says = new String(process.getInputStream().readAllBytes());
            boolean works = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            Matcher version = VERSION.matcher(says);
            return works && version.find()
                    ? Optional.of(new RedisBinary(
                            path, Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
