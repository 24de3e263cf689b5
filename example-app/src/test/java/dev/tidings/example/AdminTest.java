package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who may look after the application, what they see, and what they can do. */
class AdminTest {

    private final ExampleApp app = ExampleApp.start(
            Config.from(Map.of("PORT", "0", "HEARTBEAT_SECONDS", "1", "ADMINS", "root, 80351110224678912")));
    private final TestBrowser root = browser().signIn("root");
    private final TestBrowser alice = browser().signIn("alice");

    @AfterEach
    void stop() {
        app.close();
    }

    private TestBrowser browser() {
        return new TestBrowser(app.address());
    }

    private static StreamReader watch(TestBrowser admin) {
        return admin.open(admin.request("/admin/events"));
    }

    /** Reads on until a node tells of so many streams. */
    private static JsonNode snapshotOf(StreamReader watched, int streams) {
        JsonNode node = watched.next("node").json();
        while (node.get("streams").asInt() != streams) {
            node = watched.next("node").json();
        }
        return node;
    }

    private static JsonNode notOfAdmins(JsonNode connections) {
        return connections
                .valueStream()
                .filter(each -> !each.get("topics").get(0).asString().equals("admin"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void toEverybodyElseThereIsNothing() {
        assertThat(alice.get("/admin").statusCode()).isEqualTo(404);
        assertThat(alice.get("/admin").body())
                .isEqualTo(alice.get("/api/nowhere").body());
        assertThat(alice.status(alice.request("/admin/events"))).isEqualTo(404);
        assertThat(alice.post("/admin/disconnect", "stream=x:1").statusCode()).isEqualTo(404);
        assertThat(browser().get("/admin").headers().firstValue("Location")).hasValue("/login");
        assertThat(browser().status(browser().request("/admin/events"))).isEqualTo(401);
        assertThat(browser().post("/admin/disconnect", "stream=x:1").statusCode())
                .isEqualTo(404);
        assertThat(root.get("/admin").statusCode()).isEqualTo(200);
    }

    @Test
    void whereNobodyIsConfiguredNobodyIsOne() {
        try (ExampleApp plain = ExampleApp.start(Config.from(Map.of("PORT", "0")))) {
            TestBrowser signedIn = new TestBrowser(plain.address()).signIn("root");
            assertThat(signedIn.get("/admin").statusCode()).isEqualTo(404);
            assertThat(new TestBrowser(plain.address()).get("/admin").statusCode())
                    .isEqualTo(404);
            assertThat(signedIn.status(signedIn.request("/admin/events"))).isEqualTo(404);
        }
    }

    @Test
    void anAdministratorSeesWhoIsConnectedAndDisconnectsOne() {
        Lines lines = Lines.of("dev.tidings.example.ops.AdminEndpoint");
        try (StreamReader watched = watch(root);
                StreamReader alices = alice.stream()) {
            String id = alices.next("stream.open").id();
            watched.next("stream.open");
            JsonNode connection = notOfAdmins(snapshotOf(watched, 2).get("connections"));
            assertThat(connection.toString())
                    .contains("\"events\":0")
                    .doesNotContain(alice.sessionCookie().substring(8));
            String stream = connection.get("id").asString();

            assertThat(root.post("/admin/disconnect", "stream=" + TestBrowser.encode(stream))
                            .statusCode())
                    .isEqualTo(204);

            assertThat(alices.next("stream.close").data()).isEqualTo("{\"reason\":\"revoked\",\"reconnect\":true}");
            alices.assertEnds();
            snapshotOf(watched, 1);
            assertThat(lines.next()).matches("stream disconnected by=\\d+ stream=" + stream);
            try (StreamReader back = alice.resume(id)) {
                assertThat(back.next("stream.open").json().get("resumed").asBoolean())
                        .isTrue();
            }
        }
    }

    @Test
    void aStreamThatIsNoneIsRefusedAndOneThatIsOverIsNoError() {
        for (String form : new String[] {"", "stream=", "stream=%0aforged", "stream=" + "x".repeat(65)}) {
            assertThat(root.post("/admin/disconnect", form).statusCode())
                    .as(form)
                    .isEqualTo(400);
        }
        assertThat(root.post("/admin/disconnect", "stream=never:1").statusCode())
                .isEqualTo(204);
    }

    @Test
    void anotherSiteDisconnectsNobody() {
        int status = root.send(root.request("/admin/disconnect")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .setHeader("Sec-Fetch-Site", "cross-site")
                        .POST(BodyPublishers.ofString("stream=x:1")))
                .statusCode();
        assertThat(status).isEqualTo(403);
    }

    @Test
    void signingOutEndsTheStreamOfAnAdministrator() {
        try (StreamReader watched = watch(root)) {
            watched.next("stream.open");
            root.post("/logout", "");
            StreamReader.Block block = watched.next();
            while (block.type().equals("node")) {
                block = watched.next();
            }
            assertThat(block.type()).isEqualTo("stream.close");
        }
    }

    @Test
    void nodesTellNothingUntilSomebodyWatches() {
        try (StreamReader alices = alice.stream()) {
            alices.next("stream.open");
            assertThat(alice.get("/metrics").body()).doesNotContain("type=\"node\"");
            try (StreamReader watched = watch(root)) {
                watched.next("stream.open");
                watched.next("node");
            }
            // Whoever tells it counts it behind that, when the page may have it already.
            Waiting.until(() -> alice.get("/metrics").body().contains("type=\"node\""), "it is counted");
        }
    }

    /** What a logger is told. */
    private static final class Lines extends Handler {

        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

        static Lines of(String logger) {
            Lines lines = new Lines();
            Logger.getLogger(logger).addHandler(lines);
            return lines;
        }

        String next() {
            try {
                return texts.poll(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void publish(LogRecord record) {
            texts.add(new SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
