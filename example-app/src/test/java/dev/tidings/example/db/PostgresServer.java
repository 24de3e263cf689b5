package dev.tidings.example.db;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the tests' own, on a port of loopback, with its files in a temporary directory. It refuses to run as
 * root, so root starts it as nobody.
 */
final class PostgresServer {

    private static final String USER = "tidings";
    private static final String PASSWORD = "p&ss";
    private static final String PASSWORD_IN_URL = "p%26ss";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static PostgresServer running;

    private final Path directory;
    private final int port;
    private final Process process;

    private PostgresServer() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("tidings-postgresql");
        Path passwordFile = directory.resolve("password");
        Files.writeString(passwordFile, PASSWORD);
        Path data = directory.resolve("data");
        if (isRoot()) {
            UserPrincipal nobody =
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
            Files.setOwner(directory, nobody);
            Files.setOwner(passwordFile, nobody);
        }
        run(
                "initdb",
                "-D",
                "" + data,
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile",
                "" + passwordFile,
                "-N",
                "-E",
                "UTF8");
        port = freePort();
        // Only this run's tests need what is in it: nothing waits for the disk.
        process = start("postgres", "-D", "" + data, "-p", "" + port, "-h", "127.0.0.1", "-k", "", "-F", "-N", "500");
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-postgresql"));
        awaitStart();
    }

    /** Makes an empty database, and returns its URL with the credentials. */
    static synchronized String newDatabase() {
        try {
            if (running == null) {
                running = new PostgresServer();
            }
            return running.create("test_" + DATABASES.incrementAndGet());
        } catch (IOException | SQLException | InterruptedException e) {
            throw new IllegalStateException("PostgreSQL, which tidings.database asks for, does not run", e);
        }
    }

    private String create(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url(name);
    }

    private String url(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=" + USER + "&password=" + PASSWORD_IN_URL;
    }

    private void awaitStart() throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                DriverManager.getConnection(url("postgres")).close();
                return;
            } catch (SQLException notYet) {
                if (!process.isAlive() || System.nanoTime() - start > START_NANOS) {
                    throw new IOException("it does not start; see " + directory.resolve("log"), notYet);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void stop() {
        try {
            // At once, with all that it has forked; SIGTERM would wait for whoever is connected.
            new ProcessBuilder("kill", "-QUIT", "" + process.pid()).start().waitFor();
            process.waitFor(30, TimeUnit.SECONDS);
            deleteFiles();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(directory)) {
            all.forEach(files::add);
        }
        Collections.reverse(files);
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        int status = start(program, arguments).waitFor();
        if (status != 0) {
            throw new IOException(
                    program + " ended with " + status + ": " + Files.readString(directory.resolve("log")));
        }
    }

    private Process start(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        command.add(find(program).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    /** On the PATH, or where Debian has the server's programs, the newest first. */
    private static Path find(String program) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getenv("PATH").split(":", -1)) {
            folders.add(Path.of(folder));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted(Collections.reverseOrder()).forEach(version -> folders.add(version.resolve("bin")));
            }
        }
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("there is no " + program + "; install PostgreSQL"));
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
