package dev.tidings.sse.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the browser client's own tests, which need Node and nothing else, and holds the client to its size.
 *
 * <p>Without Node they are skipped loudly; with {@code -Dtidings.require=true} that is a failure.
 */
class BrowserClientTest {

    private static final int OLDEST_NODE = 20;
    private static final int MAX_GZIPPED_BYTES = 5_000;
    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
    private static final Path CLIENT = MODULE.resolve("src/main/resources/META-INF/resources/sse");
    private static final Path TESTS = MODULE.resolve("src/test/js");

    @TempDir
    Path temporary;

    @Test
    void theTestsInNodePass() throws Exception {
        requireNode();
        List<String> command = new ArrayList<>(List.of("node", "--test"));
        filesIn(TESTS, ".test.mjs").forEach(test -> command.add(test.toString()));
        assertThat(command).as("test files in %s", TESTS).hasSizeGreaterThan(2);
        Result result = run(command);
        assertThat(result.exitCode).as(result.output).isZero();
        assertThat(result.output).containsPattern("pass [1-9]").containsPattern("skipped 0");
    }

    @Test
    void eachOfItsModulesIsSmall() throws IOException {
        for (Path file : filesIn(CLIENT, ".js")) {
            assertThat(gzippedSize(file)).as("gzipped bytes of %s", file).isBetween(1, MAX_GZIPPED_BYTES);
        }
    }

    @Test
    void theClientImportsNothingFromElsewhere() throws IOException {
        Pattern imported =
                Pattern.compile("\\bimport\\s*\\(|\\bfrom\\s+'(?!\\./)|^import\\s+'(?!\\./)", Pattern.MULTILINE);
        for (Path file : filesIn(CLIENT, ".js")) {
            assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern(imported);
        }
    }

    private void requireNode() throws Exception {
        String problem = problemWithNode();
        if (!problem.isEmpty()) {
            LoudSkip.of("The tests of the browser client", problem, "Install Node " + OLDEST_NODE + " or later");
        }
    }

    private String problemWithNode() throws Exception {
        Result version;
        try {
            version = run(List.of("node", "--version"));
        } catch (IOException e) {
            return "Node was not found";
        }
        String major = version.output.strip().replaceFirst("^v(\\d{1,4})\\..*", "$1");
        boolean recent = major.matches("\\d+") && Integer.parseInt(major) >= OLDEST_NODE;
        return recent ? "" : "Node is too old or does not work: " + version.output.strip();
    }

    /** Output goes to a file, so that a process that fills a pipe or hangs cannot hold up the build. */
    private Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(temporary, "node", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            assertThat(ended).as("%s ended in time", command).isTrue();
            return new Result(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static List<Path> filesIn(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static int gzippedSize(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new BestGzip(bytes)) {
            Files.copy(file, gzip);
        }
        return bytes.size();
    }

    /** As servers that compress files beforehand do it. */
    private static final class BestGzip extends GZIPOutputStream {

        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    private record Result(int exitCode, String output) {}
}
