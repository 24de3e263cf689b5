package dev.tidings.sse.redis;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/** What befalls a single server that forgets nothing: all of it must be survived without a loss. */
final class ServerMischief {

    private static final String BUSY_FOR_A_WHILE =
            "local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end "
                    + "local last = now() + ARGV[1] while now() < last do end";

    private final Supplier<RedisServer> server;

    /** Befalls whoever the server is at that moment. */
    ServerMischief(Supplier<RedisServer> server) {
        this.server = server;
    }

    List<Function<Random, Mischief>> all() {
        return List.of(
                random -> lasting("kill -9", 50 + random.nextInt(800), RedisServer::kill, RedisServer::restart),
                random -> lasting("SIGSTOP", 100 + random.nextInt(2_000), RedisServer::freeze, RedisServer::thaw),
                random -> sudden("CLIENT KILL TYPE pubsub", redis -> redis.killClients("pubsub")),
                random -> sudden("CLIENT KILL TYPE normal", redis -> redis.killClients("normal")),
                random -> sudden("SCRIPT FLUSH", redis -> redis.command("SCRIPT", "FLUSH")),
                random -> during("DEBUG SLEEP", 100 + random.nextInt(900), ServerMischief::sleep),
                random -> during("BUSY", 200 + random.nextInt(600), ServerMischief::busy),
                random -> lasting(
                        "no memory",
                        100 + random.nextInt(700),
                        redis -> redis.command("CONFIG", "SET", "maxmemory", "1"),
                        redis -> redis.command("CONFIG", "SET", "maxmemory", "0")),
                random -> lasting(
                        "too few replicas",
                        100 + random.nextInt(700),
                        redis -> redis.command("CONFIG", "SET", "min-replicas-to-write", "1"),
                        redis -> redis.command("CONFIG", "SET", "min-replicas-to-write", "0")),
                random -> lasting(
                        "read only",
                        100 + random.nextInt(700),
                        redis -> redis.command("REPLICAOF", "127.0.0.1", "1"),
                        RedisServer::promote));
    }

    /** What a test does to a server. */
    interface Deed {
        void to(RedisServer server);
    }

    private Mischief lasting(String name, int millis, Deed begin, Deed end) {
        return Mischief.lasting(name, "redis", server, begin, end, millis);
    }

    private Mischief sudden(String name, Deed deed) {
        return Mischief.sudden(name, "redis", () -> deed.to(server.get()));
    }

    /** Something that the server ends by itself; whoever asks it meanwhile waits, or is refused. */
    private Mischief during(String name, int millis, Spell spell) {
        return lasting(name, millis, redis -> spell.cast(redis, millis), RedisServer::awaitAnswer);
    }

    private interface Spell {
        void cast(RedisServer server, int millis);
    }

    private static void sleep(RedisServer redis, int millis) {
        sendAlone(redis, "DEBUG", "SLEEP", Double.toString(millis / 1_000.0));
    }

    private static void busy(RedisServer redis, int millis) {
        redis.command("CONFIG", "SET", "lua-time-limit", "50");
        sendAlone(redis, "EVAL", BUSY_FOR_A_WHILE, "0", Integer.toString(millis));
    }

    /** Without waiting for the answer; the command is carried out all the same. */
    private static void sendAlone(RedisServer redis, String... words) {
        try (Resp connection = redis.connect()) {
            connection.send(words);
        } catch (IOException e) {
            throw new AssertionError(String.join(" ", words), e);
        }
    }
}
