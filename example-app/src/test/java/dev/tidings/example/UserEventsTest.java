package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.StreamReader.Block;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What concerns one user alone: preferences and notifications, on all their tabs and devices. */
class UserEventsTest {

    private static final AtomicInteger USERS = new AtomicInteger();

    private static ExampleApp app;
    private static TestBot bot;

    private final String user = "user" + USERS.incrementAndGet();
    private final TestBrowser phone = new TestBrowser(app.address()).signIn(user);
    private final TestBrowser laptop = new TestBrowser(app.address()).signIn(user);
    private final TestBrowser stranger = new TestBrowser(app.address()).signIn("not-" + user);

    @BeforeAll
    static void start() {
        app = ExampleApp.start(TestConfig.of(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET)));
        bot = new TestBot(app.address());
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static StreamReader opened(TestBrowser browser) {
        StreamReader stream = browser.stream();
        stream.next("stream.open");
        return stream;
    }

    // Preferences.

    @Test
    void preferencesArriveOnTheOtherDeviceAndAtNobodyElse() {
        try (StreamReader there = opened(laptop);
                StreamReader elsewhere = opened(stranger)) {
            HttpResponse<String> before = phone.get("/api/preferences");
            assertThat(before.body()).isEqualTo("{\"version\":0,\"theme\":\"system\",\"compact\":false}\n");
            HttpResponse<String> put = put(phone, etag(before), "{\"theme\":\"dark\",\"compact\":true}");
            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(put.body()).isEqualTo("{\"version\":1,\"theme\":\"dark\",\"compact\":true}\n");
            JsonNode told = there.next("preferences-updated").json();
            assertThat(told.get("version").asInt()).isEqualTo(1);
            assertThat(told.get("theme").asString()).isEqualTo("dark");
            assertThat(told.get("compact").asBoolean()).isTrue();
            assertThat(laptop.get("/api/preferences").body()).isEqualTo(put.body());

            put(stranger, "\"0\"", "{\"theme\":\"light\",\"compact\":false}");
            assertThat(elsewhere.next("preferences-updated").json().get("theme").asString())
                    .as("the first that the stranger is told")
                    .isEqualTo("light");
        }
    }

    @Test
    void whoHasSeenAnOldVersionDoesNotOverwriteTheNewOne() {
        String old = etag(phone.get("/api/preferences"));
        assertThat(put(laptop, old, "{\"theme\":\"light\",\"compact\":false}").statusCode())
                .isEqualTo(200);
        assertThat(put(phone, old, "{\"theme\":\"dark\",\"compact\":false}").statusCode())
                .isEqualTo(412);
        HttpResponse<String> now = phone.get("/api/preferences");
        assertThat(now.body()).contains("\"light\"");
        assertThat(put(phone, etag(now), "{\"theme\":\"dark\",\"compact\":false}")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"theme\":\"dark\"}",
                "{\"theme\":\"pink\",\"compact\":true}",
                "{\"theme\":\"dark\",\"compact\":1}",
                "{\"theme\":null,\"compact\":true}",
                "{\"theme\":\"dark\",\"compact\":true,\"more\":1}",
                "{\"theme\":\"dark\",\"compact\":true} {}"
            })
    void preferencesThatWillNotDoAreRefused(String body) {
        assertThat(put(phone, "\"0\"", body).statusCode()).isEqualTo(400);
        assertThat(phone.get("/api/preferences").body()).contains("\"version\":0");
    }

    @Test
    void withoutAVersionThatWasSeenNothingIsReplaced() {
        String wanted = "{\"theme\":\"dark\",\"compact\":false}";
        assertThat(put(phone, null, wanted).statusCode()).isEqualTo(428);
        for (String header : List.of("0", "*", "W/\"0\"", "\"-1\"", "\"x\"", "\"0\", \"1\"")) {
            assertThat(put(phone, header, wanted).statusCode()).as(header).isEqualTo(400);
        }
        assertThat(put(new TestBrowser(app.address()), "\"0\"", wanted).statusCode())
                .isEqualTo(401);
        assertThat(phone.get("/api/preferences").body()).contains("\"version\":0");
    }

    private static String etag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    private static HttpResponse<String> put(TestBrowser browser, String ifMatch, String body) {
        HttpRequest.Builder request = browser.request("/api/preferences")
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "same-origin")
                .PUT(BodyPublishers.ofString(body));
        return browser.send(ifMatch == null ? request : request.header("If-Match", ifMatch));
    }

    // Notifications.

    @Test
    void aNotificationReachesItsUserOnAllDevicesAndNobodyElse() {
        try (StreamReader here = opened(phone);
                StreamReader there = opened(laptop);
                StreamReader elsewhere = opened(stranger)) {
            assertThat(notify(user, "Hello <b>", ",\"text\":\"How are you?\"")).contains("accepted");
            for (StreamReader stream : List.of(here, there)) {
                JsonNode told = stream.next("notification").json();
                assertThat(told.get("title").asString()).isEqualTo("Hello <b>");
                assertThat(told.get("text").asString()).isEqualTo("How are you?");
            }
            notify("not-" + user, "Yours", "");
            assertThat(elsewhere.next("notification").json().get("title").asString())
                    .as("the first that the stranger is told")
                    .isEqualTo("Yours");
        }
        assertThat(phone.json("/api/notifications").get("unread").asInt()).isEqualTo(1);
        assertThat(stranger.json("/api/notifications")
                        .at("/notifications/0/title")
                        .asString())
                .isEqualTo("Yours");
    }

    @Test
    void whatIsReadOnOneDeviceIsReadOnTheOther() {
        notify(user, "one", "");
        notify(user, "two", "");
        long second = phone.json("/api/notifications").at("/notifications/0/id").asLong();
        try (StreamReader there = opened(laptop)) {
            HttpResponse<String> read = phone.postJson("/api/notifications/read", "{\"upTo\":" + second + "}");
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(read.body()).startsWith("{\"unread\":0,");
            Block block = there.next();
            while (block.type().equals("notification")) { // if the stream opened before they were published
                block = there.next();
            }
            assertThat(block.type()).isEqualTo("notifications-read");
            assertThat(block.json().get("upTo").asLong()).isEqualTo(second);

            phone.postJson("/api/notifications/read", "{\"upTo\":" + second + "}"); // nothing new to tell
            notify(user, "three", "");
            there.next("notification");
        }
        assertThat(laptop.json("/api/notifications").get("unread").asInt()).isEqualTo(1);
        assertThat(stranger.postJson("/api/notifications/read", "{\"upTo\":999999}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(laptop.json("/api/notifications").get("unread").asInt()).isEqualTo(1);
    }

    @Test
    void theLatestAreKeptAndNoMore() {
        for (int i = 1; i <= 52; i++) {
            notify(user, "number " + i, "");
        }
        List<String> titles = phone.json("/api/notifications")
                .get("notifications")
                .valueStream()
                .map(notification -> notification.get("title").asString())
                .toList();
        assertThat(titles).hasSize(50).startsWith("number 52").endsWith("number 3");
    }

    @Test
    void theSameNotificationAgainIsOne() {
        String body = "{\"userId\":\"" + user + "\",\"title\":\"once\"}";
        bot.sendBody("notification", "once" + user, body);
        assertThat(bot.sendBody("notification", "once" + user, body).body()).contains("duplicate");
        assertThat(phone.json("/api/notifications").get("notifications")).hasSize(1);
    }

    @Test
    void aNotificationForNobodyWaitsForThem() {
        assertThat(notify("later" + user, "Welcome", "")).contains("unknown_owner");
        TestBrowser late = new TestBrowser(app.address()).signIn("later" + user);
        assertThat(late.json("/api/notifications").get("unread").asInt()).isEqualTo(1);
    }

    @Test
    void notificationsThatWillNotDoAreRefused() {
        for (String body : List.of(
                "{}",
                "{\"userId\":\"a\"}",
                "{\"userId\":\"a\",\"title\":7}",
                "{\"userId\":\"a\",\"title\":\"t\",\"text\":\"\\u0000\"}",
                "{\"userId\":\"a\",\"title\":\"" + "x".repeat(101) + "\"}")) {
            assertThat(bot.sendBody("notification", "m", body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(bot.sendUnsigned("notification", "{}").statusCode()).isEqualTo(401);
        for (String body : List.of("", "{}", "{\"upTo\":\"1\"}", "{\"upTo\":1e99}", "{\"upTo\":1,\"x\":1}")) {
            assertThat(phone.postJson("/api/notifications/read", body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        TestBrowser nobody = new TestBrowser(app.address());
        assertThat(nobody.get("/api/notifications").statusCode()).isEqualTo(401);
        assertThat(nobody.postJson("/api/notifications/read", "{\"upTo\":1}").statusCode())
                .isEqualTo(401);
    }

    private static String notify(String to, String title, String more) {
        String body = "{\"userId\":\"" + to + "\",\"title\":\"" + title + "\"" + more + "}";
        return bot.sendBody("notification", UUID.randomUUID().toString(), body).body();
    }
}
