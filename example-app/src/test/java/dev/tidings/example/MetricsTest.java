package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.db.TestDatabase;
import dev.tidings.example.json.Json;
import dev.tidings.sse.EventBroadcaster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code GET /metrics}, and the files that speak of it. */
class MetricsTest {

    private static final Pattern NAME = Pattern.compile("^([a-z_]+)[ {]", Pattern.MULTILINE);
    private static final Pattern NAME_IN_QUERY =
            Pattern.compile("\\b(?:tidings|http_server|jvm|process|system)_[a-z_]+\\b");

    private static final String PUBLISHED = "tidings_events_published_total{type=\"guild-left\"}";
    private static final String DELIVERED = "tidings_events_delivered_total{type=\"guild-left\"}";
    private static final String LATENCIES = "tidings_delivery_seconds_bucket{le=\"+Inf\"}";

    private static ExampleApp app;
    private static TestBrowser alice;

    /** Over a Redis that is not there: that it is away is among the figures. */
    private static ExampleApp away;

    @BeforeAll
    static void start() {
        app = ExampleApp.start(Config.from(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET)));
        away = ExampleApp.start(Config.from(
                Map.of("PORT", "0", "REDIS_URL", "redis://127.0.0.1:1", "METRICS_TOKEN", "0123456789abcdef")));
        alice = new TestBrowser(app.address()).signIn("alice");
    }

    @AfterAll
    static void stop() {
        app.close();
        away.close();
    }

    private static String scrape() {
        return alice.get("/metrics").body();
    }

    private static Map<String, Double> samples() {
        return samplesOf(scrape());
    }

    private static Map<String, Double> samplesOf(String scraped) {
        Map<String, Double> samples = new HashMap<>();
        scraped.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return samples;
    }

    private static double more(String sample, Map<String, Double> before, Map<String, Double> now) {
        return now.getOrDefault(sample, 0.0) - before.getOrDefault(sample, 0.0);
    }

    /** Waits for an event, and until it is counted: by those who have published and delivered it, behind that. */
    private static void hearOfAWebhook(StreamReader stream) {
        Map<String, Double> before = samples();
        // Of a guild where the bot was not: one that is gained would open the stream anew, and that counts, too.
        new TestBot(app.address()).send("guild-left", "alice", "4711");
        stream.next("guild-left");
        for (String sample : List.of(PUBLISHED, DELIVERED, LATENCIES)) {
            Waiting.until(() -> more(sample, before, samples()) > 0, sample + " grows");
        }
    }

    private static Set<String> names(String scraped) {
        return NAME.matcher(scraped)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatHappensIsCountedUnderTheNamesOfTheContract() {
        Map<String, Double> before = samples();
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            hearOfAWebhook(stream);
            Map<String, Double> now = samples();
            assertThat(now.get("tidings_streams_active")).isPositive();
            assertThat(more("tidings_opens_total{kind=\"fresh\"}", before, now)).isEqualTo(1);
            assertThat(more(PUBLISHED, before, now)).isEqualTo(1);
            assertThat(more(DELIVERED, before, now)).isPositive(); // to streams as well that were left just now
            assertThat(more(LATENCIES, before, now)).isPositive();
            assertThat(more("tidings_stream_establishment_seconds_bucket{le=\"60.0\"}", before, now))
                    .isEqualTo(1);
            assertThat(more("tidings_webhooks_total{outcome=\"accepted\"}", before, now))
                    .isEqualTo(1);
            assertThat(more(
                            "http_server_requests_seconds_count{route=\"/api/guilds/events\",status=\"2xx\"}",
                            before,
                            now))
                    .isEqualTo(1);
            alice.post("/logout", "");
            stream.next("stream.close");
            alice.signIn("alice");
            assertThat(more("tidings_closes_total{reason=\"revoked\"}", before, samples()))
                    .isPositive();
        }
        assertThat(names(scrape()))
                .contains(
                        "tidings_gaps_total",
                        "tidings_outbox_pending",
                        "tidings_outbox_parked",
                        "tidings_outbox_oldest_seconds",
                        "jvm_memory_used_bytes",
                        "jvm_gc_memory_allocated_bytes_total",
                        "jvm_threads_live_threads");
    }

    @Test
    void whoComesBackIsCountedAsThat() {
        Map<String, Double> before = samples();
        String id;
        try (StreamReader stream = alice.stream()) {
            id = stream.next("stream.open").id();
        }
        try (StreamReader again = alice.resume(id)) {
            again.next("stream.open");
            assertThat(more("tidings_opens_total{kind=\"resumed\"}", before, samples()))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatWaitsInTheOutboxIsCountedAndTimed() throws Exception {
        String database = TestDatabase.shared();
        TestBackplane backplane = new TestBackplane();
        Map<String, String> environment =
                Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET, "DATABASE_URL", database);
        try (ExampleApp waiting = ExampleApp.start(
                Config.from(environment), EventBroadcaster.builder().backplane(backplane))) {
            TestBrowser browser = new TestBrowser(waiting.address()).signIn("alice");
            assertThat(browser.get("/metrics").body())
                    .contains("tidings_outbox_pending 0.0\n", "tidings_outbox_oldest_seconds 0.0\n");
            backplane.away(true);
            for (String guild : List.of("7", "8")) {
                new TestBot(waiting.address()).send("guild-joined", "alice", guild);
            }
            change(database, "UPDATE outbox SET created_at = created_at - 90000 WHERE data LIKE '%\"7\"%'");
            change(
                    database,
                    "INSERT INTO outbox (topic, idempotency_key, type, data, attributes, state)"
                            + " VALUES ('user:1', 'x', 'x', '{}', '{}', 'PARKED')");
            Map<String, Double> samples = samplesOf(browser.get("/metrics").body());
            assertThat(samples.get("tidings_outbox_pending")).isEqualTo(2);
            assertThat(samples.get("tidings_outbox_parked")).isEqualTo(1);
            assertThat(samples.get("tidings_outbox_oldest_seconds")).isBetween(90.0, 180.0);
            backplane.away(false);
            Waiting.until(
                    () -> browser.get("/metrics").body().contains("tidings_outbox_pending 0.0\n"),
                    "nothing waits any more");
        }
    }

    private static void change(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database)) {
            assertThat(connection.createStatement().executeUpdate(sql)).isEqualTo(1);
        }
    }

    @Test
    void labelsAreFewAndSayNothingOfUsersTopicsOrPaths() {
        for (int i = 0; i < 20; i++) {
            alice.get("/nowhere/" + i);
            alice.get("/api/guilds/events?guild=nowhere-" + i);
        }
        assertThat(scrape()).contains("route=\"(file)\",status=\"4xx\"").doesNotContain("nowhere", "alice", "user:");
        Matcher routes = Pattern.compile("route=\"([^\"]*)\"").matcher(scrape());
        assertThat(routes.results().map(route -> route.group(1)).distinct())
                .allMatch(route -> route.equals("(file)") || route.startsWith("/"))
                .hasSizeLessThan(20);
    }

    @Test
    void whoeverAsksForAnotherFormatGetsTextToo() {
        HttpResponse<String> answer = alice.send(alice.request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.9,*/*;q=0.1"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).startsWith("# HELP ").endsWith("\n").doesNotContain("# EOF");
    }

    @Test
    void withATokenNobodyElseMayAsk() {
        TestBrowser browser = new TestBrowser(away.address());
        assertThat(browser.get("/metrics").statusCode()).isEqualTo(401);
        assertThat(browser.get("/metrics").headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer");
        for (String wrong :
                List.of("Bearer 0123456789abcdeg", "0123456789abcdef", "Bearer ", "Basic 0123456789abcdef")) {
            assertThat(browser.status(browser.request("/metrics").header("Authorization", wrong)))
                    .as(wrong)
                    .isEqualTo(401);
        }
        assertThat(scrapeAway()).contains("tidings_redis_fresh 0.0\n");
    }

    @Test
    void theDashboardAsksForNothingThatIsNotThere() throws IOException {
        JsonNode dashboard = Json.MAPPER.readTree(Files.readString(Path.of("../docs/grafana/tidings.json")));
        Set<String> known = names(scrapeAway());
        known.addAll(names(scrapeWithAWebhook()));
        List<String> queries =
                dashboard.findValues("expr").stream().map(JsonNode::asString).toList();
        assertThat(queries).hasSizeGreaterThan(10);
        assertThat(queries)
                .allSatisfy(query -> assertThat(namesIn(query)).isNotEmpty().isSubsetOf(known));
        assertThat(dashboard.get("id").isNull())
                .as("as Grafana wants it for an import")
                .isTrue();
    }

    @Test
    void thePageAboutOperationsNamesNothingThatIsNotThere() throws IOException {
        Set<String> known = names(scrapeAway());
        known.addAll(names(scrapeWithAWebhook()));
        String page = Files.readString(Path.of("../docs/operations.md"));
        assertThat(namesIn(page))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(List.of(name, name + "_bucket", name + "_count"))
                        .anyMatch(known::contains));
    }

    private static Set<String> namesIn(String text) {
        return NAME_IN_QUERY
                .matcher(text)
                .results()
                .map(name -> name.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Some names are there only once there is something to count. */
    private static String scrapeWithAWebhook() {
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            hearOfAWebhook(stream);
        }
        return scrape();
    }

    private static String scrapeAway() {
        TestBrowser browser = new TestBrowser(away.address());
        return browser.send(browser.request("/metrics").header("Authorization", "Bearer 0123456789abcdef"))
                .body();
    }
}
