package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Two nodes, one database, one Redis. */
class TwoNodesTest {

    @TempDir
    private Path directory;

    private final String database = TestDatabase.shared();
    private final List<ExampleApp> apps = new ArrayList<>();
    private TestRedis redis;
    private ExampleApp here;
    private ExampleApp there;

    @BeforeEach
    void start() throws Exception {
        LoudSkip.unless(TestRedis.isInstalled(), "two nodes", "redis-server");
        redis = new TestRedis(directory);
        here = node();
        there = node();
    }

    @AfterEach
    void stop() {
        apps.forEach(ExampleApp::close);
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void aWebhookToOneNodeReachesTheStreamsOfBoth() {
        TestBrowser alice = signedIn();
        try (StreamReader one = alice.at(here.address()).stream();
                StreamReader other = alice.at(there.address()).stream()) {
            one.next("stream.open");
            other.next("stream.open");
            assertThat(new TestBot(here.address()).send("guild-joined", "alice", "7"))
                    .isEqualTo(202);
            assertThat(new TestBot(there.address()).send("guild-joined", "alice", "8"))
                    .isEqualTo(202);
            assertThat(one.next("guild-joined").guildId()).isEqualTo("7");
            assertThat(one.next("guild-joined").guildId()).isEqualTo("8");
            assertThat(other.next("guild-joined").guildId()).isEqualTo("7");
            assertThat(other.next("guild-joined").guildId()).isEqualTo("8");
        }
    }

    @Test
    void aStreamGoesOnAtTheOtherNodeWhereItBrokeOff() {
        TestBrowser alice = signedIn();
        TestBot bot = new TestBot(here.address());
        String last;
        try (StreamReader stream = alice.at(here.address()).stream()) {
            stream.next("stream.open");
            bot.send("guild-joined", "alice", "7");
            last = stream.next("guild-joined").id();
        }
        bot.send("guild-joined", "alice", "8");
        bot.send("guild-joined", "alice", "9");
        try (StreamReader stream = alice.at(there.address()).resume(last)) {
            stream.next("stream.open");
            assertThat(stream.next("guild-joined").guildId()).isEqualTo("8");
            assertThat(stream.next("guild-joined").guildId()).isEqualTo("9");
        }
    }

    @Test
    void theCursorOfOneNodesDataIsGoodForTheOthersStream() {
        TestBrowser alice = signedIn();
        String cursor = cursor(alice.at(here.address()));
        new TestBot(here.address()).send("guild-joined", "alice", "7");
        try (StreamReader stream = alice.at(there.address()).stream("lastEventId=" + cursor)) {
            stream.next("stream.open");
            assertThat(stream.next("guild-joined").guildId()).isEqualTo("7");
        }
    }

    @Test
    void anAdministratorSeesBothNodesAndEndsAStreamAtTheOther() {
        TestBrowser root = new TestBrowser(here.address()).signIn("root");
        TestBrowser alice = signedIn();
        try (StreamReader alices = alice.at(there.address()).stream();
                StreamReader watched = root.open(root.request("/admin/events"))) {
            alices.next("stream.open");
            watched.next("stream.open");
            Map<String, JsonNode> nodes = new HashMap<>();
            while (nodes.size() < 2 || streamsAt(there, nodes).isEmpty()) {
                JsonNode node = watched.next("node").json();
                nodes.put(node.get("name").asString(), node);
            }
            String stream =
                    TestBrowser.encode(streamsAt(there, nodes).get(0).get("id").asString());
            Waiting.until( // which has two seconds for Redis
                    () -> root.post("/admin/disconnect", "stream=" + stream).statusCode() == 204, "it is disconnected");
            assertThat(alices.next("stream.close").json().get("reason").asString())
                    .isEqualTo("revoked");
        }
    }

    private static JsonNode streamsAt(ExampleApp node, Map<String, JsonNode> nodes) {
        return nodes.entrySet().stream()
                .filter(named -> named.getKey().endsWith(":" + node.address().getPort()))
                .map(named -> named.getValue().get("connections"))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    @Test
    void signingOutAtOneNodeEndsTheStreamsOfTheOther() {
        TestBrowser alice = signedIn();
        try (StreamReader stream = alice.at(there.address()).stream()) {
            stream.next("stream.open");
            alice.at(here.address()).post("/logout", "");
            assertThat(stream.next("stream.close").json().get("reason").asString())
                    .isEqualTo("revoked");
            stream.assertEnds();
        }
        assertThat(alice.at(there.address()).get("/api/guilds").statusCode()).isEqualTo(401);
    }

    @Test
    void theOldestStreamMakesRoomWhicheverNodeItIsAt() {
        TestBrowser alice = signedIn();
        try (StreamReader oldest = alice.at(here.address()).stream()) {
            oldest.next("stream.open");
            List<StreamReader> others = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                StreamReader other = alice.at(there.address()).stream();
                other.next("stream.open");
                others.add(other);
            }
            assertThat(oldest.next("stream.close").json().get("reason").asString())
                    .isEqualTo("replaced");
            others.forEach(StreamReader::close);
        }
    }

    @Test
    void webhooksAreAcceptedWhileRedisIsDownAndTheirEventsArriveOnceWhenItIsBack() throws Exception {
        TestBrowser alice = signedIn();
        TestBot bot = new TestBot(here.address());
        try (StreamReader stream = alice.at(there.address()).stream()) {
            stream.next("stream.open");
            stream.withStatus();
            redis.kill();
            awaitStatus(stream, "stale");
            assertThat(bot.send("guild-joined", "alice", "7")).isEqualTo(202);
            assertThat(bot.send("guild-left", "alice", "7")).isEqualTo(202);
            alice.at(here.address()); // which notices by itself, not when the other node does
            Waiting.until(() -> alice.get("/health/ready").statusCode() == 503, "it is not ready");
            assertThat(alice.get("/health/live").statusCode()).isEqualTo(200);
            redis.start();
            assertThat(nextButStatus(stream).type()).isEqualTo("guild-joined");
            assertThat(nextButStatus(stream).type()).isEqualTo("guild-left");
            bot.send("bot-configured", "alice", "7");
            assertThat(nextButStatus(stream).type()).isEqualTo("bot-configured");
        }
    }

    @Test
    void aNodeStartsWhileRedisIsDownAndItsStreamsOpenWhenItIsBack() throws Exception {
        redis.kill();
        ExampleApp late = node();
        TestBrowser alice = new TestBrowser(late.address()).signIn("alice");
        try (StreamReader stream = alice.stream().withStatus()) {
            awaitStatus(stream, "stale");
            redis.start();
            assertThat(nextButStatus(stream).type()).isEqualTo("stream.open");
            new TestBot(late.address()).send("guild-joined", "alice", "7");
            assertThat(nextButStatus(stream).type()).isEqualTo("guild-joined");
        }
    }

    @Test
    void whenTheNodeOfTheRelayIsStoppedTheOtherTakesOver() {
        TestBrowser alice = signedIn();
        here.close();
        try (StreamReader stream = alice.at(there.address()).stream()) {
            stream.next("stream.open");
            new TestBot(there.address()).send("guild-joined", "alice", "7");
            stream.next("guild-joined");
        }
    }

    @Test
    void whenTheProcessOfTheRelayIsKilledTheOtherTakesOver() throws Exception {
        try (TestDatabase.Served database = TestDatabase.served(directory);
                ChildProcess killed = new ChildProcess(ExampleApp.class, environment(database.url()))) {
            TestBrowser alice = new TestBrowser(killed.address()).signIn("alice");
            try (ChildProcess other = new ChildProcess(ExampleApp.class, environment(database.url()));
                    StreamReader stream = alice.at(other.address()).stream()) {
                stream.next("stream.open");
                new TestBot(killed.address()).send("guild-joined", "alice", "7");
                assertThat(stream.next("guild-joined").guildId()).isEqualTo("7");
                killed.close();
                assertThat(new TestBot(other.address()).send("guild-joined", "alice", "8"))
                        .isEqualTo(202);
                assertThat(stream.next("guild-joined").guildId()).isEqualTo("8");
            }
        }
    }

    @Test
    void whoHasAPageAtOneNodeIsThereForTheOtherAndGoneWhenThatNodeIsKilled() throws Exception {
        try (TestDatabase.Served database = TestDatabase.served(directory);
                ChildProcess killed = new ChildProcess(ExampleApp.class, environment(database.url()));
                ChildProcess other = new ChildProcess(ExampleApp.class, environment(database.url()))) {
            TestBrowser alice = new TestBrowser(other.address()).signIn("alice");
            TestBrowser bob = new TestBrowser(killed.address()).signIn("bob");
            for (String name : List.of("alice", "bob")) {
                new TestBot(other.address()).send("guild-joined", name, "7");
            }
            try (StreamReader alices = alice.stream().withTeam();
                    StreamReader bobs = bob.stream()) {
                alices.next("stream.open"); // or what there is to tell of Bob may be before it
                bobs.next("stream.open");
                TeamTest.awaitStatus(alices, "bob", "online");
                killed.close();
                assertThat(TeamTest.awaitStatus(alices, "bob", "offline")).containsExactly("offline");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereverTheProcessOfTheRelayDiesItsEventArrivesOnce(HaltingNode.Moment moment) throws Exception {
        try (TestDatabase.Served database = TestDatabase.served(directory)) {
            Map<String, String> environment = new HashMap<>(environment(database.url()));
            environment.put("HALT", moment.name());
            TestBrowser alice;
            String cursor;
            try (ChildProcess halting = new ChildProcess(HaltingNode.class, environment)) {
                alice = new TestBrowser(halting.address()).signIn("alice");
                cursor = cursor(alice);
                // Alone, it has the lease however long the machine takes.
                new TestBot(halting.address()).sendWhatKills("guild-joined", "killer", TestBot.body("alice", "7"));
                assertThat(halting.exitCode()).isEqualTo(HaltingNode.EXIT_CODE);
            }
            try (ChildProcess other = new ChildProcess(ExampleApp.class, environment(database.url()));
                    StreamReader stream = alice.at(other.address()).stream("lastEventId=" + cursor)) {
                stream.next("stream.open");
                assertThat(stream.next("guild-joined").guildId()).isEqualTo("7");
                assertThat(new TestBot(other.address()).send("guild-joined", "alice", "8"))
                        .isEqualTo(202);
                assertThat(stream.next("guild-joined").guildId()).isEqualTo("8");
            }
        }
    }

    /** Returns the cursor of a user's data, once there is one: a node may just have begun, and Redis may be slow. */
    private static String cursor(TestBrowser browser) {
        AtomicReference<JsonNode> cursor = new AtomicReference<>();
        Waiting.until(
                () -> {
                    cursor.set(browser.guilds().get("cursor"));
                    return !cursor.get().isNull();
                },
                "there is a cursor");
        return TestBrowser.encode(cursor.get().asString());
    }

    private static void awaitStatus(StreamReader stream, String state) {
        while (!stream.next("stream.status").json().get("state").asString().equals(state)) {
            continue;
        }
    }

    /** A guild gained or lost opens the stream anew, which says once more how things are. */
    private static StreamReader.Block nextButStatus(StreamReader stream) {
        StreamReader.Block block = stream.next();
        while (block.type().equals("stream.status")) {
            block = stream.next();
        }
        return block;
    }

    private TestBrowser signedIn() {
        return new TestBrowser(here.address()).signIn("alice");
    }

    private ExampleApp node() {
        ExampleApp app = ExampleApp.start(Config.from(environment(database)));
        apps.add(app);
        return app;
    }

    private Map<String, String> environment(String databaseUrl) {
        return Map.of(
                "PORT",
                "0",
                "WEBHOOK_SECRET",
                TestBot.SECRET,
                "DATABASE_URL",
                databaseUrl,
                "REDIS_URL",
                redis.url(),
                "MAX_STREAMS_PER_USER",
                "2",
                "ADMINS",
                "root",
                "DRAIN_SECONDS",
                "1");
    }
}
