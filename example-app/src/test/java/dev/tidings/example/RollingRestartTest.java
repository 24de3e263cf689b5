package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.TestDatabase;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes behind nginx, as docs/deployment.md has them, over one database and one Redis, while webhooks come in and
 * pages are open: each process in turn is stopped or killed, and started again.
 */
@Tag("rolling")
class RollingRestartTest {

    private static final int PAGES = 8;

    @TempDir
    private Path directory;

    private final List<ChildProcess> nodes = new ArrayList<>();
    private final List<Integer> ports = List.of(FreePort.find(), FreePort.find());
    private TestRedis redis;
    private TestDatabase.Served database;
    private TestNginx nginx;

    @BeforeEach
    void start() throws Exception {
        LoudSkip.unless(TestRedis.isInstalled(), "the rolling restart", "redis-server");
        LoudSkip.unless(TestNginx.isInstalled(), "the rolling restart", "nginx");
        redis = new TestRedis(Files.createDirectory(directory.resolve("redis")));
        database = TestDatabase.served(directory);
        for (int port : ports) {
            nodes.add(node(port));
        }
        for (ChildProcess node : nodes) {
            node.address();
        }
        nginx = new TestNginx(Files.createDirectory(directory.resolve("nginx")), ports);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.forEach(ChildProcess::close);
        if (nginx != null) {
            nginx.close();
        }
        if (database != null) {
            database.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void whileEachNodeIsStoppedAndStartedAgainNoPageMissesAnything() throws Exception {
        assertNothingIsLostWhile(() -> {
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).terminate();
                assertThat(nodes.get(i).exitCode()).isEqualTo(143);
                startAgain(i);
            }
        });
    }

    @Test
    void whileEachNodeIsKilledAndStartedAgainNoPageMissesAnything() throws Exception {
        assertNothingIsLostWhile(() -> {
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).close();
                nodes.get(i).exitCode();
                startAgain(i);
            }
        });
    }

    @Test
    void whatIsForThoseWhoRunItIsNotPassedOn() {
        TestBrowser outside = new TestBrowser(nginx.address());
        assertThat(outside.get("/login").statusCode()).isEqualTo(200);
        for (String path : List.of("/metrics", "/metrics;x", "/%6detrics", "/health/ready")) {
            assertThat(outside.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    private void assertNothingIsLostWhile(Happening happening) throws Exception {
        List<FollowingPage> pages = new ArrayList<>();
        for (int i = 0; i < PAGES; i++) {
            pages.add(new FollowingPage(new TestBrowser(nginx.address()).signIn("user" + i)));
        }
        for (FollowingPage page : pages) {
            page.awaitOpen();
        }
        AtomicBoolean over = new AtomicBoolean();
        PatientBot bot = new PatientBot(nginx.address(), PAGES, over::get);
        Thread traffic = new Thread(bot, "bot");
        traffic.start();
        try {
            happening.happen();
        } finally {
            over.set(true);
            traffic.join();
        }
        for (int i = 0; i < PAGES; i++) {
            assertThat(pages.get(i).awaitGuilds(bot.sentTo(i).size())).isEqualTo(bot.sentTo(i));
            assertThat(pages.get(i).problems()).isEmpty();
            pages.get(i).close();
        }
        assertThat(IntStream.range(0, PAGES).map(i -> bot.sentTo(i).size()).sum())
                .as("webhooks sent")
                .isGreaterThan(PAGES);
    }

    private void startAgain(int i) throws Exception {
        nodes.set(i, node(ports.get(i)));
        URI address = nodes.get(i).address();
        assertThat(new TestBrowser(address).get("/health/live").statusCode()).isEqualTo(200);
    }

    private ChildProcess node(int port) throws Exception {
        return new ChildProcess(
                ExampleApp.class,
                Map.of(
                        "PORT",
                        "" + port,
                        "WEBHOOK_SECRET",
                        TestBot.SECRET,
                        "DATABASE_URL",
                        database.url(),
                        "REDIS_URL",
                        redis.url(),
                        "DRAIN_SECONDS",
                        "1"));
    }

    /** What befalls the nodes. */
    @FunctionalInterface
    private interface Happening {
        void happen() throws Exception;
    }
}
