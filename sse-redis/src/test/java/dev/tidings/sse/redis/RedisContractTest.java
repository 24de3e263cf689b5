package dev.tidings.sse.redis;

import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.BackplaneContract;
import dev.tidings.sse.testing.BackplaneContract.Check;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@RequiresRedis
class RedisContractTest {

    private static final String AHEAD = "clock-ahead";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.startForgetful();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @TestFactory
    Stream<DynamicTest> itKeepsTheContract() {
        return tests(BackplaneContract.checks(() -> backplane(Scripts.load())));
    }

    @TestFactory
    Stream<DynamicTest> itKeepsTheContractAsTimeGoesBy() {
        return tests(BackplaneContract.checks(() -> backplane(onMovedClock()), RedisContractTest::advance));
    }

    private static Backplane backplane(Scripts scripts) {
        RedisBackplane backplane = new RedisBackplane(
                RedisBackplane.builder(redis.uri())
                        .keyPrefix("test-" + NAMESPACES.incrementAndGet())
                        .connectTimeout(PATIENCE)
                        .commandTimeout(PATIENCE)
                        .maxWaitingPublishes(100_000) // the checks publish without waiting for answers
                        .settings(),
                scripts);
        // Whoever reads before it is connected is told at once that Redis is away.
        Wait.until("touch with Redis", () -> backplane.status() == Status.FRESH);
        return backplane;
    }

    private static Stream<DynamicTest> tests(List<Check> checks) {
        return checks.stream().map(check -> DynamicTest.dynamicTest(check.name(), check::run));
    }

    private static void advance(Duration time) {
        redis.command("INCRBY", AHEAD, Long.toString(time.toMillis()));
    }

    /** The scripts as they are, but for the clock: nobody waits for an hour, and a server's own cannot be moved. */
    private static Scripts onMovedClock() {
        Scripts scripts = Scripts.load();
        return new Scripts(
                onMovedClock(scripts.append()),
                onMovedClock(scripts.read()),
                scripts.touch(),
                scripts.leases(),
                scripts.renew());
    }

    private static Script onMovedClock(Script script) {
        String text = new String(script.source(), StandardCharsets.UTF_8);
        return new Script(text.replace("redis.call('TIME')", """
                (function()
                  local time, ahead = redis.call('TIME'), tonumber(redis.call('GET', '%s') or '0')
                  return {time[1] + math.floor(ahead / 1000), time[2] + ahead %% 1000 * 1000}
                end)()""".formatted(AHEAD)));
    }
}
