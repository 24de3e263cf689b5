package dev.tidings.sse.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An nginx in front of a server, at a socket in the file system: it cannot be told to choose a free port. */
final class Nginx implements AutoCloseable {

    private static final Path DOCS = Path.of("../docs/deployment.md");
    private static final Pattern BLOCK = Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL);
    private static final String ADDRESS_IN_DOCS = "http://127.0.0.1:8080";

    /** With what makes the most trouble switched on for everybody. */
    private static final String CONFIGURATION = """
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
                gzip on;
                gzip_types *;
                gzip_proxied any;
                gzip_min_length 1;
                server {
                    listen unix:%s;
                    %s
                    location /unconfigured {
                        gzip off;
                        proxy_pass %s;
                    }
                }
            }
            """;

    private final Process process;
    private final UnixDomainSocketAddress address;

    private Nginx(Process process, UnixDomainSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Skips the tests where there is none. */
    static void require() {
        if (executable().isEmpty()) {
            LoudSkip.of("The tests behind nginx", "nginx was not found", "Install nginx");
        }
    }

    /** Starts one whose files are in a directory. */
    static Nginx start(Path directory, int port) throws IOException {
        String server = "http://127.0.0.1:" + port;
        Path socket = directory.resolve("nginx.sock");
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                String.format(CONFIGURATION, socket, fromDocs().replace(ADDRESS_IN_DOCS, server), server));
        Path log = directory.resolve("error.log");
        String[] command = {
            executable().orElseThrow(), "-e", "stderr", "-p", directory.toString(), "-c", configuration.toString()
        };
        Process process = new ProcessBuilder(command)
                .redirectError(log.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Nginx nginx = new Nginx(process, UnixDomainSocketAddress.of(socket));
        try {
            Until.holds(() -> nginx.listens() || !process.isAlive(), () -> "nginx does not listen: " + read(log));
            assertThat(process.isAlive()).as(() -> read(log)).isTrue();
        } catch (AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
        return nginx;
    }

    RawExchange get(String target, String... headerLines) throws IOException {
        return RawExchange.get(address, target, headerLines);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static Optional<String> executable() {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(folder -> folder + "/nginx")
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst();
    }

    private static String fromDocs() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(DOCS));
        if (!block.find() || !block.group(1).contains(ADDRESS_IN_DOCS)) {
            throw new AssertionError(DOCS + " has no configuration of nginx for " + ADDRESS_IN_DOCS);
        }
        return block.group(1);
    }

    private boolean listens() {
        try (SocketChannel channel = SocketChannel.open(address)) {
            return channel.isConnected();
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
