package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.webhooks.WebhookSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: that it is killed, stopped, misconfigured. */
class ProcessTest {

    private static final String WEBHOOK = "{\"guildId\":\"7\",\"guildName\":\"Owls\",\"ownerId\":\"alice\"}";

    @TempDir
    private Path directory;

    @Test
    void killedBetweenCommitAndPublishNothingIsLostAndNothingTwice() throws Exception {
        Map<String, String> environment =
                Map.of("DATABASE_URL", TestDatabase.durable(directory), "WEBHOOK_SECRET", TestBot.SECRET);
        TestBrowser alice;
        String lastEventId;
        try (ChildProcess killed = new ChildProcess(HaltedBeforePublish.class, environment)) {
            alice = new TestBrowser(killed.address()).signIn("alice");
            try (StreamReader stream = alice.stream()) {
                lastEventId = stream.next("stream.open").id();
                new TestBot(killed.address()).sendWhatKills("guild-joined", "killer", WEBHOOK);
                assertThat(killed.exitCode()).isEqualTo(HaltingNode.EXIT_CODE);
                stream.assertEnds();
            }
        }
        try (ChildProcess next = new ChildProcess(ExampleApp.class, environment)) {
            TestBot bot = new TestBot(next.address());
            try (StreamReader stream = alice.at(next.address()).resume(lastEventId)) {
                stream.next("stream.open");
                // The log in memory died with its process: what is in the new one follows a gap. It is `trimmed` where
                // the
                // guild that was gained ended the stream before it could tell of the `reset`.
                assertThat(stream.next("stream.gap").json().get("reason").asString())
                        .isIn("reset", "trimmed");
                assertThat(stream.next("guild-joined").guildId()).isEqualTo("7");
                assertThat(bot.sendBody("guild-joined", "killer", WEBHOOK).body())
                        .contains("duplicate");
                bot.send("guild-left", "alice", "7");
                stream.next("guild-left");
            }
            assertThat(alice.guilds()
                            .get("guilds")
                            .valueStream()
                            .map(guild -> guild.get("id").asString()))
                    .contains("7");
        }
    }

    @Test
    void asFarAsItAnsweredAWebhookSurvivesKill9() throws Exception {
        Map<String, String> environment =
                Map.of("DATABASE_URL", TestDatabase.durable(directory), "WEBHOOK_SECRET", TestBot.SECRET);
        TestBrowser alice;
        try (ChildProcess killed = new ChildProcess(ExampleApp.class, environment)) {
            alice = new TestBrowser(killed.address()).signIn("alice");
            assertThat(new TestBot(killed.address()).send("guild-joined", "alice", "7"))
                    .isEqualTo(202);
        } // killed right behind the answer
        try (ChildProcess next = new ChildProcess(ExampleApp.class, environment)) {
            assertThat(alice.at(next.address()).installedGuilds()).containsExactly("7");
        }
    }

    @Test
    void toldToStopItSendsTheStreamsAwayAndEndsInTime() throws Exception {
        try (ChildProcess child = new ChildProcess(ExampleApp.class, TestDatabase.in(Map.of("DRAIN_SECONDS", "2")))) {
            List<StreamReader> streams = new ArrayList<>();
            for (String name : List.of("alice", "bob", "carol")) {
                StreamReader stream = new TestBrowser(child.address()).signIn(name).stream();
                stream.next("stream.open");
                streams.add(stream);
            }
            long start = System.nanoTime();
            child.terminate();
            for (StreamReader stream : streams) {
                StreamReader.Block close = stream.next("stream.close");
                assertThat(close.json().get("reason").asString()).isEqualTo("drain");
                assertThat(close.retry()).isNotNull();
                stream.assertEnds();
            }
            assertThat(child.exitCode()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("and nothing waits for what is long")
                    .isLessThan(Duration.ofSeconds(15));
            assertThat(child.output)
                    .as("nothing that nobody caught; of what is logged then only the lines of streams are printed")
                    .noneMatch(line -> line.contains("Exception"));
            assertThat(child.output.stream().filter(line -> line.contains("msg=\"stream ended\"")))
                    .as("said although java.util.logging stops at once")
                    .hasSize(3)
                    .allMatch(line -> line.endsWith(" reason=drain"));
        }
    }

    @Test
    void theBannersLineSendsASignedWebhook() throws Exception {
        assumeTrue(exists("sh") && exists("curl") && exists("openssl"), "needs sh, curl and openssl");
        try (ChildProcess child = new ChildProcess(ExampleApp.class, Map.of())) {
            TestBrowser alice = new TestBrowser(child.address()).signIn("alice");
            try (StreamReader stream = alice.stream()) {
                stream.next("stream.open");
                Waiting.until(() -> curl(child).isPresent(), "the line is printed");
                Process shell = new ProcessBuilder("sh", "-c", curl(child).orElseThrow()).start();
                assertThat(new String(shell.getInputStream().readAllBytes())).contains("202 Accepted");
                stream.next("guild-joined");
            }
        }
    }

    private static Optional<String> curl(ChildProcess child) {
        return child.output.stream().filter(line -> line.contains("curl ")).findFirst();
    }

    @Test
    void theLinesOfTheDocsSendSignedWebhooks() throws Exception {
        assumeTrue(exists("sh") && exists("curl") && exists("openssl"), "needs sh, curl and openssl");
        String page = Files.readString(Path.of("../docs/example.md"));
        int start = page.indexOf("key=...");
        String lines = page.substring(start, page.indexOf("```", start));
        try (ChildProcess child = new ChildProcess(ExampleApp.class, Map.of("WEBHOOK_SECRET", TestBot.SECRET))) {
            new TestBrowser(child.address()).signIn("alice");
            String script = lines.replace(
                            "key=...",
                            "key=" + WebhookSecret.parse(TestBot.SECRET).hex())
                    .replace("http://localhost:8080", child.address().toString());
            Process shell = new ProcessBuilder("sh", "-c", script).start();
            assertThat(new String(shell.getInputStream().readAllBytes()).lines())
                    .hasSize(6)
                    .containsOnly("{\"status\":\"accepted\"}");
        }
    }

    @Test
    void whatIsMisconfiguredIsSaidInOneLine() throws Exception {
        try (ChildProcess child = new ChildProcess(ExampleApp.class, Map.of("PORT", "eighty"))) {
            assertThat(child.exitCode()).isEqualTo(1);
            assertThat(child.output)
                    .containsExactly("Not started: PORT must be a whole number from 0 to 65535, was 'eighty'");
        }
    }

    private static boolean exists(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
