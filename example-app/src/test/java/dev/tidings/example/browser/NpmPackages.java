package dev.tidings.example.browser;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The libraries and tools of others that the documentation's examples are tried with: {@code npm install} in
 * {@code src/test/js} brings them. Without them tests are skipped loudly; with {@code -Dtidings.require=true} they fail.
 */
final class NpmPackages {

    static final Path HOME = Path.of("src/test/js").toAbsolutePath();
    private static boolean warned;

    private NpmPackages() {}

    static String read(String file) {
        try {
            return Files.readString(path(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static synchronized Path path(String file) {
        Path path = HOME.resolve("node_modules").resolve(file);
        if (Files.exists(path)) {
            return path;
        }
        if (Boolean.getBoolean("tidings.require")) {
            fail(path + " is missing (required by -Dtidings.require=true)");
        }
        if (!warned) {
            warned = true;
            System.err.print("""

                    [WARNING] ================================================================
                    [WARNING]  The examples for TypeScript, React, htmx and Turbo were NOT tried.
                    [WARNING]  Run npm install in example-app/src/test/js, or see CI for their result.
                    [WARNING] ================================================================

                    """);
        }
        return abort(path + " is missing");
    }
}
