package dev.tidings.sse.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real server on a loopback port that stays the same through kills and restarts.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServer.start()) {
 *     redis.kill();       // kill -9
 *     redis.restart();    // what it had acknowledged is there again
 * }
 * }</pre>
 *
 * <p>Commands go over a connection of their own each. Not thread-safe.
 */
final class RedisServer implements AutoCloseable {

    /** Writes each command to the file before it answers: what was acknowledged survives kill -9. */
    private static final List<String> DURABLE = List.of("--appendonly", "yes", "--appendfsync", "always");

    private static final long START_SECONDS = 30;

    /** What the command line says, of a server in this folder on this port. */
    private interface Arguments {
        List<String> on(Path folder, int port);
    }

    private final Path folder = RedisProcess.newFolder();
    private final int port;
    private final @Nullable String password;
    private RedisProcess process;

    private RedisServer(List<String> options, @Nullable String password) {
        this((folder, port) -> arguments(folder, port, options), password);
    }

    private RedisServer(Arguments arguments, @Nullable String password) {
        this.password = password;
        int attempts = 3; // somebody else may take the port before the server does
        do {
            int candidate = RedisProcess.freePort();
            process = new RedisProcess(folder, arguments.on(folder, candidate));
            if (answersOn(candidate)) {
                port = candidate;
                return;
            }
            process.kill();
        } while (--attempts > 0);
        throw new AssertionError("the server does not start:\n" + process.lastWords());
    }

    /** Starts a server that keeps what it acknowledged. */
    static RedisServer start(String... options) {
        List<String> all = new ArrayList<>(DURABLE);
        all.addAll(List.of(options));
        return new RedisServer(all, null);
    }

    /** As {@link #start}, with options that are made anew for each attempt: they name further ports. */
    static RedisServer start(Supplier<List<String>> options) {
        return new RedisServer(
                (folder, port) -> {
                    List<String> all = new ArrayList<>(DURABLE);
                    all.addAll(options.get());
                    return arguments(folder, port, all);
                },
                null);
    }

    /** Starts a server that forgets everything when it ends. */
    static RedisServer startForgetful(String... options) {
        return new RedisServer(List.of(options), null);
    }

    /** Starts a server that asks for a password. */
    static RedisServer startWithPassword(String password, String... options) {
        List<String> all = new ArrayList<>(List.of("--requirepass", password));
        all.addAll(List.of(options));
        return new RedisServer(all, password);
    }

    /** Starts a sentinel, which goes by a configuration of its own and writes into it. */
    static RedisServer startSentinel(String... configuration) {
        return new RedisServer(
                (folder, port) -> {
                    Path file = folder.resolve("sentinel.conf");
                    List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + folder));
                    lines.addAll(List.of(configuration));
                    try {
                        Files.write(file, lines);
                    } catch (IOException e) {
                        throw new AssertionError("cannot write " + file, e);
                    }
                    return List.of(file.toString(), "--sentinel");
                },
                null);
    }

    int port() {
        return port;
    }

    String uri() {
        return password == null ? "redis://127.0.0.1:" + port : "redis://:" + password + "@127.0.0.1:" + port;
    }

    // What befalls it.

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.kill();
    }

    /** Starts it again on the same port, in the same folder, and waits until it answers. */
    void restart() {
        process.kill();
        process.start();
        if (!answersOn(port)) {
            throw new AssertionError("the server does not start again:\n" + process.lastWords());
        }
    }

    /** Stops it in its tracks (SIGSTOP): its connections stay, and nobody answers. */
    void freeze() {
        process.freeze();
    }

    /** Lets it go on (SIGCONT). */
    void thaw() {
        process.thaw();
    }

    /** Cuts all connections of a kind: {@code pubsub}, {@code normal} or {@code replica}. */
    void killClients(String kind) {
        command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes");
    }

    /** Makes it a replica of another server. */
    void replicate(RedisServer master) {
        command("REPLICAOF", "127.0.0.1", Integer.toString(master.port));
    }

    /** Waits until a replica has all that this one has. Before they first meet both are at zero, whatever was written. */
    void awaitReplication(RedisServer replica) {
        Wait.until(
                "the replica to be up to date",
                () -> replica.info("master_link_status").equals("up")
                        && info("master_repl_offset").equals(replica.info("slave_repl_offset")));
    }

    /** Makes it a master. */
    void promote() {
        command("REPLICAOF", "NO", "ONE");
    }

    // What is asked of it.

    /**
     * Carries out a command: a String, a Long, a List of these, or null is the answer.
     *
     * @throws Resp.ErrorReply if the answer is an error
     */
    @Nullable
    Object command(String... words) {
        try (Resp connection = connect()) {
            return connection.command(words);
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", words) + " failed\n" + process.lastWords(), e);
        }
    }

    /** Waits until it answers commands again. */
    void awaitAnswer() {
        if (!answersOn(port)) {
            throw new AssertionError("the server does not answer:\n" + process.lastWords());
        }
    }

    /** Carries out a command whose answer is text. */
    String text(String... words) {
        return Objects.requireNonNull(command(words), "answer").toString();
    }

    /** Returns a figure of INFO. */
    String info(String figure) {
        return text("INFO")
                .lines()
                .filter(line -> line.startsWith(figure + ":"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no figure " + figure + " in INFO"))
                .substring(figure.length() + 1);
    }

    /** Tells whether it takes itself for a master. */
    boolean isMaster() {
        return textUnlessCut("INFO", "replication").contains("role:master");
    }

    /** Tells whether it takes itself for a replica. */
    boolean isReplica() {
        return textUnlessCut("INFO", "replication").contains("role:slave");
    }

    /** As {@link #text}, but empty where it cuts the connection, as it does to all when sentinels demote it. */
    String textUnlessCut(String... words) {
        try (Resp connection = connect()) {
            return Objects.requireNonNull(connection.command(words), "answer").toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Opens a connection, which the caller closes. */
    Resp connect() throws IOException {
        Resp connection = new Resp(port);
        if (password != null) {
            connection.command("AUTH", password);
        }
        return connection;
    }

    @Override
    public void close() {
        process.close();
    }

    private static List<String> arguments(Path folder, int onPort, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--port", Integer.toString(onPort), "--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
        if (RedisBinary.get().isSeven()) {
            arguments.addAll(List.of("--enable-debug-command", "yes"));
        }
        arguments.addAll(options);
        return arguments;
    }

    private boolean answersOn(int candidate) {
        return Wait.until(START_SECONDS, () -> !process.isAlive() || answersPing(candidate)) && process.isAlive();
    }

    /** Not while it still loads its file, which it says by an error. */
    private boolean answersPing(int candidate) {
        try (Resp connection = new Resp(candidate)) {
            if (password != null) {
                connection.command("AUTH", password);
            }
            return "PONG".equals(connection.command("PING"));
        } catch (IOException | Resp.ErrorReply e) {
            return false;
        }
    }
}
