package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.Database;
import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.guilds.GuildTopic;
import dev.tidings.example.outbox.Outbox;
import dev.tidings.example.outbox.OutboxRelay;
import dev.tidings.example.outbox.ReauthorizingPublisher;
import dev.tidings.example.outbox.RelayLease;
import dev.tidings.example.web.WebServer;
import dev.tidings.example.webhooks.StandardWebhooks;
import dev.tidings.example.webhooks.WebhookEndpoint;
import dev.tidings.example.webhooks.WebhookSecret;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Subscription;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The family of events that docs/extending.md adds: its very text is compiled, run, and sent a webhook. */
class ExtendingTest {

    private static final Path PAGE = Path.of("../docs/extending.md");
    private static final int MOST_LINES = 40;

    @TempDir
    private Path directory;

    @Test
    void theFamilyOfTheDocsTellsWhoeverFollowsTheGuild() throws Exception {
        BlockingQueue<Event> told = new LinkedBlockingQueue<>();
        try (URLClassLoader classes = compiled();
                EventBroadcaster broadcaster = EventBroadcaster.create();
                Database database = TestDatabase.open()) {
            Outbox outbox = new Outbox(database);
            WebServer server = new WebServer(0);
            try (OutboxRelay relay =
                    new OutboxRelay(outbox, new RelayLease(database), new ReauthorizingPublisher(broadcaster))) {
                StandardWebhooks signatures = new StandardWebhooks(List.of(WebhookSecret.parse(TestBot.SECRET)));
                mount(classes, database, outbox, server, new WebhookEndpoint(signatures, relay::wake, status -> {}));
                server.start();
                relay.start();
                follow(broadcaster, told);
                TestBot bot = new TestBot(server.address());
                String body = "{\"guildId\":\"7\",\"text\":\"Hello\"}";
                assertThat(bot.sendBody("announcement", "msg_1", body).body()).contains("accepted");
                assertThat(bot.sendBody("announcement", "msg_1", body).body()).contains("duplicate");
                assertThat(bot.sendBody("announcement", "msg_2", "{\"guildId\":\"7\"}")
                                .statusCode())
                        .isEqualTo(400);
                bot.sendBody("announcement", "msg_3", body.replace("Hello", "Bye"));
                assertThat(told.poll(30, TimeUnit.SECONDS).data()).contains("\"text\":\"Hello\"");
                assertThat(told.poll(30, TimeUnit.SECONDS).data()).contains("\"text\":\"Bye\"");
            } finally {
                stop(server);
            }
        }
    }

    @Test
    void itIsAsShortAsThePageSays() throws Exception {
        assertThat(family().lines().filter(line -> !line.isBlank() && !line.startsWith("import ")))
                .hasSizeLessThan(MOST_LINES);
    }

    /** Stops a server as far as it does: it cuts a connection that takes more than a second, and complains. */
    static void stop(WebServer server) {
        try {
            server.stop();
        } catch (IllegalStateException e) {
            // It is no longer there either way.
        }
    }

    private static void follow(EventBroadcaster broadcaster, BlockingQueue<Event> told) throws Exception {
        Subscription.Request guild = Subscription.Request.of(GuildTopic.of("7"));
        broadcaster
                .subscribe(guild, (topic, entry) -> told.add(entry.event()))
                .opened()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static void mount(ClassLoader classes, Database database, Outbox outbox, Object... server)
            throws Exception {
        Class<?> type = classes.loadClass("Announcements");
        Constructor<?> constructor = type.getDeclaredConstructor(Database.class, Outbox.class);
        constructor.setAccessible(true);
        Method routes = type.getDeclaredMethod("routes", WebServer.class, WebhookEndpoint.class);
        routes.setAccessible(true);
        routes.invoke(constructor.newInstance(database, outbox), server);
    }

    private URLClassLoader compiled() throws Exception {
        Path source = directory.resolve("Announcements.java");
        Files.writeString(source, "import dev.tidings.sse.*;\nimport java.util.*;\n" + family());
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        directory.toString(),
                        source.toString());
        assertThat(status).isZero();
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }

    private static String family() throws Exception {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }
}
