package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.log.LogfmtFormatter;
import dev.tidings.example.ops.Operations;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The line at a stream's end, of real streams. Expiry and slow peers are tested in sse-core. */
class StreamLogTest {

    private final Lines lines = new Lines();
    private ExampleApp app;
    private TestBrowser alice;

    @BeforeEach
    void start() {
        app = ExampleApp.start(
                Config.from(Map.of(
                        "PORT",
                        "0",
                        "HEARTBEAT_SECONDS",
                        "1",
                        "MAX_STREAMS_PER_USER",
                        "2",
                        "WEBHOOK_SECRET",
                        TestBot.SECRET)),
                new Operations(lines));
        alice = new TestBrowser(app.address()).signIn("alice");
    }

    @AfterEach
    void stop() {
        app.close();
    }

    @Test
    void aPeerThatLeftIsSaidToHaveLeftAndWhatItWasGivenIsCountedAndNotTold() {
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            // Where the bot was not: nothing is lost by it, so the stream goes on.
            new TestBot(app.address()).send("guild-left", "alice", "4711");
            stream.next("guild-left");
        }
        String line = lines.next();
        assertThat(line)
                .matches("time=\\S+ level=info logger=StreamLog msg=\"stream ended\" stream=[\\w-]+:\\d+ principal=\\d+"
                        + " topics=\\d+ duration_ms=\\d+ open_ms=\\d+ events=1 bytes=\\d{3,} reason=left\n");
        assertThat(line)
                .doesNotContain("4711")
                .doesNotContain(alice.sessionCookie().replace("session=", ""));
    }

    @Test
    void signingOutRevokes() {
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            alice.post("/logout", "");
            stream.next("stream.close");
            assertThat(lines.next()).contains(" events=0 ").endsWith(" reason=revoked\n");
        }
    }

    @Test
    void theOldestStreamTooManyIsReplaced() {
        try (StreamReader oldest = alice.stream();
                StreamReader second = alice.stream()) {
            oldest.next("stream.open");
            second.next("stream.open");
            try (StreamReader third = alice.stream()) {
                third.next("stream.open");
                assertThat(lines.next()).endsWith(" reason=replaced\n");
            }
        }
    }

    @Test
    void aStopDrainsAndEveryLineIsOut() {
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            app.close();
            assertThat(lines.next()).endsWith(" reason=drain\n");
            assertThat(lines.texts).isEmpty();
        }
    }

    @Test
    void unlessAskedOtherwiseTheLineGoesWhereAllLogsGo() {
        Logger logger = Logger.getLogger("dev.tidings.example.ops.StreamLog");
        Lines all = new Lines();
        logger.addHandler(all);
        try (ExampleApp usual = ExampleApp.start(TestConfig.of(Map.of("PORT", "0")));
                StreamReader stream = new TestBrowser(usual.address()).signIn("bob").stream()) {
            stream.next("stream.open");
            usual.close();
            assertThat(all.next()).contains(" logger=StreamLog msg=\"stream ended\" ");
        } finally {
            logger.removeHandler(all);
        }
    }

    @Test
    void whoeverIsNotLetInIsNoStream() {
        assertThat(new TestBrowser(app.address()).get("/api/guilds/events").statusCode())
                .isEqualTo(401);
        app.close();
        assertThat(lines.texts).isEmpty();
    }

    /** As they are printed. */
    private static final class Lines extends Handler {

        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final Formatter formatter = new LogfmtFormatter();

        String next() {
            try {
                String line = texts.poll(30, TimeUnit.SECONDS);
                assertThat(line).as("a line within 30 s").isNotNull();
                return line;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void publish(LogRecord record) {
            texts.add(formatter.format(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
