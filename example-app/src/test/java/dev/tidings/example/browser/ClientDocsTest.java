package dev.tidings.example.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/client.md do what they are shown for, and the client's types are right. */
class ClientDocsTest {

    private static final Path PAGE = Path.of("../docs/client.md");
    private static final Path CLIENT =
            Path.of("../sse-servlet/src/main/resources/META-INF/resources/sse").toAbsolutePath();
    private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);

    private static final String TSCONFIG = """
            {
              "compilerOptions": {
                "strict": true, "noEmit": true, "target": "es2022", "module": "esnext", "moduleResolution": "bundler",
                "moduleDetection": "force", "jsx": "react-jsx", "lib": ["es2022", "dom"], "types": [],
                "paths": { "/sse/*": ["%1$s/*"], "*": ["%2$s/node_modules/@types/*", "%2$s/node_modules/*"] }
              },
              "files": [%3$s]
            }""";

    // --- the types

    @Test
    void typesAndTypeScriptExamplesCompile(@TempDir Path folder) throws Exception {
        List<Path> files = new ArrayList<>(List.of(NpmPackages.HOME.resolve("types.ts")));
        Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
        while (blocks.find()) {
            if (blocks.group(1).startsWith("ts")) {
                Path file = folder.resolve("example" + files.size() + "." + blocks.group(1));
                files.add(Files.writeString(file, blocks.group(2)));
            }
        }
        assertThat(files).hasSizeGreaterThan(4);
        assertThat(compile(folder, files)).isEmpty();
    }

    @Test
    void theCompilerFindsMistakes(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("wrong.ts"),
                "import { SseClient } from '/sse/sse-client.js';\nnew SseClient('/events').statr();\n");
        assertThat(compile(folder, List.of(file))).contains("statr");
    }

    private static String compile(Path folder, List<Path> files) throws IOException, InterruptedException {
        Path compiler = NpmPackages.path(".bin/tsc");
        String list = String.join(
                ", ", files.stream().map(file -> Tab.quoted(file.toString())).toList());
        Path config = Files.writeString(
                folder.resolve("tsconfig.json"), TSCONFIG.formatted(CLIENT.normalize(), NpmPackages.HOME, list));
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(compiler.toString(), "-p", config.toString(), "--pretty", "false")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("tsc ends").isTrue();
            String errors = Files.readString(output, UTF_8);
            return process.exitValue() == 0 ? "" : "exit " + process.exitValue() + "\n" + errors;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    // --- other clients

    @Test
    void htmxFetchesAgainWhenTheStreamBeginsAndWhenAnEventComes() throws IOException {
        Map<String, String> files = Map.of(
                "/example", page(block("html", "sse-connect")),
                "/guilds/list", "<li>Night Owls</li>",
                "/lib/htmx.js", NpmPackages.read("htmx.org/dist/htmx.js"),
                "/lib/htmx-ext-sse.js", NpmPackages.read("htmx-ext-sse/sse.js"));
        try (StreamServer server = new StreamServer(UnaryOperator.identity(), files);
                Profile profile = Chromium.newProfile()) {
            Tab tab = profile.open(server.address().resolve("/example"));
            tab.awaitText("ul", "Night Owls");
            tab.eval("document.querySelector('ul').replaceChildren()");
            server.publish("guild-joined", "{}");
            tab.awaitText("ul", "Night Owls");
        }
    }

    @Test
    void turboAppliesWhatItIsSent() throws IOException {
        Map<String, String> files = Map.of(
                "/example", page(block("html", "turbo-stream-source")),
                "/lib/turbo.js", NpmPackages.read("@hotwired/turbo/dist/turbo.es2017-esm.js"));
        Matcher sent = Pattern.compile("<turbo-stream .*</turbo-stream>").matcher(block("java", "turbo-stream"));
        assertThat(sent.find()).isTrue();
        try (StreamServer server = new StreamServer(UnaryOperator.identity(), files);
                Profile profile = Chromium.newProfile()) {
            Tab tab = profile.open(server.address().resolve("/example")).expect("Applying inline style"); // Turbo's own
            Waiting.until(() -> server.broadcaster.metrics().freshOpens() == 1, "its stream has begun");
            server.publish("message", sent.group());
            tab.awaitText("#guilds", "Night Owls");
        }
    }

    @Test
    void eventSourceStartsAtThePagesCursorAndResumes() throws IOException {
        String script = block("js", "new EventSource");
        try (StreamServer server = new StreamServer(UnaryOperator.identity(), Map.of("/example.js", script));
                Wire wire = new Wire(server.address(), "/events");
                Profile profile = Chromium.newProfile()) {
            Tab tab = profile.open(wire.address().resolve("/page"));
            tab.expect("Failed to load resource");
            tab.eval("document.body.innerHTML = '<p id=guilds></p>'; document.body.dataset.cursor = "
                    + Tab.quoted(server.position()));
            server.publish("guild-joined", "{\"guildName\":\"One\"}");
            tab.eval("import('/example.js')");
            tab.awaitText("#guilds", "One");
            wire.cutOnce();
            server.publish("guild-joined", "{\"guildName\":\"Two\"}");
            tab.awaitText("#guilds", "OneTwo");
        }
    }

    private static String page(String html) {
        return "<!doctype html><title>An example</title><link rel=icon href=data:,>" + html;
    }

    /** The first block in a language that contains a text. */
    private static String block(String language, String text) throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
        while (blocks.find()) {
            if (blocks.group(1).equals(language) && blocks.group(2).contains(text)) {
                return blocks.group(2);
            }
        }
        throw new AssertionError("no " + language + " with " + text + " in " + PAGE);
    }
}
