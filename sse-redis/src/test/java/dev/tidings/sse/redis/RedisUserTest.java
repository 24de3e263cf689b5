package dev.tidings.sse.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.testing.BackplaneProbe;
import dev.tidings.sse.testing.RecordingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A user that may do what docs/redis.md lists, and nothing else. */
@RequiresRedis
class RedisUserTest {

    private static final Path DOCS = Path.of("..", "docs", "redis.md");

    @Test
    void theUserOfTheDocumentationMayDoAllThatIsNeeded() throws IOException {
        try (RedisServer redis = RedisServer.startForgetful()) {
            redis.command(documentedUser());
            String uri = redis.uri().replace("redis://", "redis://tidings:password@");
            try (RedisBackplane backplane = ImpatientBackplane.at(uri)
                    .probeInterval(
                            Duration.ofSeconds(2)) // what a silent connection missed is read again: not by this sink
                    .build()) {
                BackplaneProbe logs = new BackplaneProbe(backplane);
                RecordingSink sink = logs.follow(Topic.of("news"));
                logs.append(Topic.of("news"), "first");
                redis.killClients("normal"); // so that the fence is needed, too
                logs.append(Topic.of("news"), "second");
                Wait.until("a lease", () -> takesLease(backplane)); // the connection for it was killed as well

                assertThat(sink.take(2)).containsExactly("first", "second");
                Wait.until("a probe", () -> backplane.health().probeRoundTrip() != null);
                assertThat((List<?>) redis.command("ACL", "LOG"))
                        .as("what was denied")
                        .isEmpty();
            }
        }
    }

    private static boolean takesLease(RedisBackplane backplane) {
        return backplane
                .leases()
                .orElseThrow()
                .take("group", new Lease("id", ""), 1)
                .handle((tooMany, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    private static String[] documentedUser() throws IOException {
        String line = Files.readAllLines(DOCS).stream()
                .filter(each -> each.startsWith("user tidings "))
                .findFirst()
                .orElseThrow();
        String user = line.substring("user ".length());
        if (!RedisBinary.get().isSeven()) {
            user = user.replaceAll(" \\+(spublish|ssubscribe|sunsubscribe)", ""); // as the documentation says
        }
        return ("ACL SETUSER " + user).split(" ", -1);
    }
}
