package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.StreamReader.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who of a guild's staff is there. Each test has a guild and users of its own. */
class TeamTest {

    private static final AtomicInteger GUILDS = new AtomicInteger(100);

    private static ExampleApp app;
    private static TestBot bot;

    private final String guild = String.valueOf(GUILDS.incrementAndGet());
    private final TestBrowser alice = staff("alice" + guild);
    private final TestBrowser bob = staff("bob" + guild);

    @BeforeAll
    static void start() {
        app = ExampleApp.start(
                TestConfig.of(Map.of("PORT", "0", "HEARTBEAT_SECONDS", "1", "WEBHOOK_SECRET", TestBot.SECRET)));
        bot = new TestBot(app.address());
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private TestBrowser staff(String name) {
        TestBrowser browser = new TestBrowser(app.address()).signIn(name);
        bot.send("guild-joined", name, guild);
        return browser;
    }

    private static StreamReader opened(TestBrowser browser) {
        StreamReader stream = browser.stream().withTeam();
        stream.next("stream.open");
        return stream;
    }

    /** Waits until a stream tells that somebody has a status, and returns all that it told of them until then. */
    static List<String> awaitStatus(StreamReader stream, String name, String status) {
        List<String> told = new ArrayList<>();
        while (!told.contains(status)) {
            Block block = stream.next();
            if (block.type().equals("member-status")
                    && block.json().get("name").asString().equals(name)) {
                told.add(block.json().get("status").asString());
            }
        }
        return told;
    }

    private String statusOf(TestBrowser viewer, String name) {
        for (JsonNode member : viewer.json("/api/team?guild=" + guild).get("members")) {
            if (member.get("name").asString().equals(name)) {
                return member.get("status").asString();
            }
        }
        return "not there";
    }

    @Test
    void whoComesAndGoesIsTold() {
        try (StreamReader stream = opened(alice)) {
            assertThat(statusOf(alice, "bob" + guild)).isEqualTo("offline");
            try (StreamReader bobs = opened(bob)) {
                awaitStatus(stream, "bob" + guild, "online");
                assertThat(statusOf(alice, "bob" + guild)).isEqualTo("online");
                assertThat(bobs).isNotNull();
            }
            // Heartbeats find that he is gone; what is asked for afresh may be sooner than the event.
            assertThat(awaitStatus(stream, "bob" + guild, "offline")).containsExactly("offline");
            assertThat(statusOf(alice, "bob" + guild)).isEqualTo("offline");
        }
    }

    @Test
    void whoIsAwaySaysSoAndIsBackWhenTheySaySo() {
        try (StreamReader stream = opened(alice);
                StreamReader bobs = opened(bob)) {
            awaitStatus(stream, "bob" + guild, "online");
            assertThat(bob.postJson("/api/team/status", "{\"status\":\"away\"}").statusCode())
                    .isEqualTo(200);
            assertThat(awaitStatus(stream, "bob" + guild, "away")).containsExactly("away");
            assertThat(statusOf(alice, "bob" + guild)).isEqualTo("away");
            bob.postJson("/api/team/status", "{\"status\":\"away\"}");
            bob.postJson("/api/team/status", "{\"status\":\"online\"}");
            assertThat(awaitStatus(stream, "bob" + guild, "online")).containsExactly("online");
            awaitStatus(bobs, "bob" + guild, "online");
        }
    }

    @Test
    void whoLeavesTheStaffIsGoneForTheOthers() {
        try (StreamReader stream = opened(alice)) {
            assertThat(statusOf(alice, "bob" + guild)).isEqualTo("offline");
            bot.send("guild-left", "bob" + guild, guild);
            awaitStatus(stream, "bob" + guild, "left");
            assertThat(statusOf(alice, "bob" + guild)).isEqualTo("not there");
        }
    }

    @Test
    void nobodyElseSeesATeam() {
        TestBrowser outside = new TestBrowser(app.address()).signIn("carol" + guild);
        assertThat(outside.get("/api/team?guild=" + guild).statusCode()).isEqualTo(404);
        assertThat(outside.json("/api/team").get("members")).isEmpty();
        assertThat(alice.json("/api/team").get("members")).hasSize(2);
        assertThat(new TestBrowser(app.address()).get("/api/team").statusCode()).isEqualTo(401);
        try (StreamReader stream = opened(outside)) {
            bob.postJson("/api/team/status", "{\"status\":\"away\"}");
            awaitAway();
            bot.send("guild-left", "carol" + guild, "x");
            assertThat(stream.next().type())
                    .as("Carol's first event is her own")
                    .isEqualTo("guild-left");
        }
    }

    /** By then the event is out: a stream that begins before it has it. */
    private void awaitAway() {
        try (StreamReader stream = opened(alice)) {
            bob.postJson("/api/team/status", "{\"status\":\"online\"}");
            awaitStatus(stream, "bob" + guild, "online");
        }
    }

    @Test
    void aStatusThatWillNotDoIsRefused() {
        for (String body :
                List.of("", "{}", "{\"status\":\"asleep\"}", "{\"status\":1}", "{\"status\":\"away\",\"x\":1}")) {
            assertThat(alice.postJson("/api/team/status", body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(new TestBrowser(app.address())
                        .postJson("/api/team/status", "{\"status\":\"away\"}")
                        .statusCode())
                .isEqualTo(401);
    }
}
