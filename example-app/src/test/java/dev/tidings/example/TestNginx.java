package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An nginx in front of two nodes, by the very lines of docs/deployment.md. */
final class TestNginx implements AutoCloseable {

    private static final Path DOCS = Path.of("../docs/deployment.md");
    private static final Pattern BLOCK = Pattern.compile("```nginx\n(upstream .*?)```", Pattern.DOTALL);
    private static final List<String> PORTS_IN_DOCS = List.of("127.0.0.1:8080", "127.0.0.1:8081");
    private static final String LISTEN_IN_DOCS = "listen 127.0.0.1:8000;";

    private static final String AROUND = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
                access_log off;
                client_body_temp_path client;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
            %s
            }
            """;

    private final int port = FreePort.find();
    private final Process process;

    /** Starts one whose files are in a directory, and waits until it listens. */
    TestNginx(Path directory, List<Integer> nodes) throws IOException {
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, String.format(AROUND, fromDocs(nodes)));
        Path log = directory.resolve("error.log");
        process = new ProcessBuilder(
                        executable().orElseThrow().toString(),
                        "-e",
                        "stderr",
                        "-p",
                        directory.toString(),
                        "-c",
                        configuration.toString())
                .redirectError(log.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Waiting.until(() -> listens(log), "nginx listens");
    }

    /** Tells whether there is one to start. */
    static boolean isInstalled() {
        return executable().isPresent();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static Optional<Path> executable() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private String fromDocs(List<Integer> nodes) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(DOCS));
        assertThat(block.find()).as("%s has an nginx for two nodes", DOCS).isTrue();
        String lines = block.group(1);
        assertThat(lines).contains(PORTS_IN_DOCS).contains(LISTEN_IN_DOCS);
        for (int i = 0; i < nodes.size(); i++) {
            lines = lines.replace(PORTS_IN_DOCS.get(i), "127.0.0.1:" + nodes.get(i));
        }
        return lines.replace(LISTEN_IN_DOCS, "listen 127.0.0.1:" + port + ";");
    }

    private boolean listens(Path log) {
        assertThat(process.isAlive()).as(() -> "nginx runs: " + read(log)).isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
