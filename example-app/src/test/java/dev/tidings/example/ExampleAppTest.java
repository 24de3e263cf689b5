package dev.tidings.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole application, over HTTP. Each test has users of its own. */
class ExampleAppTest {

    private static ExampleApp app;
    private static TestBot bot;

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

    private static TestBrowser browser() {
        return new TestBrowser(app.address());
    }

    // The way of a webhook.

    @Test
    void aWebhookReachesItsOwnersOpenPageAndNobodyElses() {
        TestBrowser alice = browser().signIn("alice1");
        TestBrowser bob = browser().signIn("bob1");
        try (StreamReader alices = alice.stream();
                StreamReader bobs = bob.stream()) {
            alices.next("stream.open");
            bobs.next("stream.open");
            long before = System.currentTimeMillis();
            assertThat(bot.send("guild-joined", "alice1", "7")).isEqualTo(202);
            StreamReader.Block event = alices.next("guild-joined");
            assertThat(event.id()).isNotEmpty();
            assertThat(event.guildId()).isEqualTo("7");
            assertThat(event.json().get("guildName").asString()).isEqualTo("Guild 7");
            assertThat(event.json().get("type").asString()).isEqualTo("guild-joined");
            assertThat(event.json().get("timestamp").asLong()).isBetween(before, System.currentTimeMillis());
            assertThat(event.json().has("metadata")).isFalse();
            assertThat(alice.installedGuilds()).containsExactly("7");

            assertThat(bot.send("guild-left", "bob1", "8")).isEqualTo(202);
            assertThat(bobs.next().type()).as("Bob's first event is his own").isEqualTo("guild-left");
            assertThat(bob.installedGuilds()).isEmpty();
        }
    }

    @Test
    void anEventIsPublishedAtOnceAndNotAtTheRelaysNextLook() {
        try (StreamReader stream = browser().signIn("alice17").stream()) {
            stream.next("stream.open");
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 21; i++) {
                long start = System.nanoTime();
                bot.send("guild-joined", "alice17", "7");
                stream.next("guild-joined");
                millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
            // It looks by itself each second, right after which it has published what came before.
            assertThat(millis.stream().sorted().toList().get(10))
                    .as("the median of %s", millis)
                    .isLessThan(800);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"guild-joined", "guild-left", "bot-configured", "settings-updated"})
    void everyTypeOfEventArrivesUnderItsName(String type) {
        try (StreamReader stream = browser().signIn("alice-" + type).stream()) {
            stream.next("stream.open");
            bot.send(type, "alice-" + type, "7");
            assertThat(stream.next(type).guildId()).isEqualTo("7");
        }
    }

    @Test
    void metadataArrivesAsItWasSent() {
        String metadata = "{\"previousState\":{\"n\":123456789012345678901234567890},\"newState\":[1.10,-0.0,1E400],"
                + "\"changedBy\":\"Zoë 🎲 \\u2028\"}";
        try (StreamReader stream = browser().signIn("alice2").stream()) {
            stream.next("stream.open");
            bot.sendBody("settings-updated", "m2", body("alice2", ",\"metadata\":" + metadata));
            assertThat(stream.next("settings-updated").data()).endsWith(",\"metadata\":" + metadata + "}");
        }
    }

    @Test
    void anEventTooLargeToPublishBecomesARefetchAndTheNextOnesArrive() {
        try (StreamReader stream = browser().signIn("z").stream()) {
            stream.next("stream.open");
            String start = body("z", ",\"metadata\":{\"x\":\"\"}");
            String filler = "x".repeat(64 * 1024 - start.length());
            String body = start.replace("\"x\":\"\"", "\"x\":\"" + filler + "\"");
            assertThat(bot.sendBody("guild-joined", "m-large", body).statusCode())
                    .isEqualTo(202);
            bot.send("guild-joined", "z", "8");
            assertThat(stream.next("refetch").data()).isEqualTo("{\"type\":\"refetch\"}");
            assertThat(stream.next("guild-joined").guildId()).isEqualTo("8");
        }
    }

    @Test
    void theSameWebhookAgainIsAcceptedAndMakesNoSecondEvent() {
        try (StreamReader stream = browser().signIn("alice3").stream()) {
            stream.next("stream.open");
            assertThat(bot.sendBody("guild-joined", "m3", body("alice3", "")).statusCode())
                    .isEqualTo(202);
            HttpResponse<String> again = bot.sendBody("guild-joined", "m3", body("alice3", ""));
            assertThat(again.statusCode()).isEqualTo(202);
            assertThat(again.body()).isEqualTo("{\"status\":\"duplicate\"}\n");
            bot.send("guild-left", "alice3", "7");
            stream.next("guild-joined");
            stream.next("guild-left");
        }
    }

    @Test
    void anUnknownOwnersWebhookIsStoredForTheDayTheySignIn() {
        assertThat(bot.send("guild-joined", "later4", "7")).isEqualTo(202);
        assertThat(browser().signIn("later4").installedGuilds()).containsExactly("7");
    }

    // Webhooks that are refused.

    @Test
    void aWebhookWithoutSignatureIsRefused() {
        assertProblem(bot.sendUnsigned("guild-joined", body("alice", "")), 401, "header webhook-id is missing");
    }

    @Test
    void aForgedSignatureIsRefused() {
        String other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        byte[] body = body("alice", "").getBytes(UTF_8);
        assertProblem(
                bot.send("guild-joined", "m", Instant.now(), other, body),
                401,
                "no webhook-signature is right for this id, timestamp and body");
    }

    @ParameterizedTest
    @ValueSource(longs = {-400, 400})
    void aStaleSignatureIsRefused(long seconds) {
        byte[] body = body("alice", "").getBytes(UTF_8);
        HttpResponse<String> response =
                bot.send("guild-joined", "m", Instant.now().plusSeconds(seconds), TestBot.SECRET, body);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("webhook-timestamp is more than 5 minutes off");
    }

    @Test
    void aMalformedBodyIsRefused() {
        assertThat(bot.sendBody("guild-joined", "m", "{\"guildId\":").statusCode())
                .isEqualTo(400);
        assertProblem(bot.sendBody("guild-joined", "m", "{\"guildId\":7}"), 400, "guildId must be a string");
        assertProblem(
                bot.send("guild-joined", "m", Instant.now(), TestBot.SECRET, new byte[] {'"', (byte) 0xff, '"'}),
                400,
                "the body is not UTF-8");
        assertThat(bot.sendBody("guild-joined", "m", "").statusCode()).isEqualTo(400);
    }

    @Test
    void aRefusedWebhookMayComeAgainCorrected() {
        assertThat(bot.sendBody("guild-joined", "m5", "{}").statusCode()).isEqualTo(400);
        assertThat(bot.sendBody("guild-joined", "m5", body("alice5", "")).body())
                .contains("unknown_owner");
    }

    @Test
    void aRefusalIsHeardByWhoeverStillWritesAMegabyte() {
        TestBrowser nobody = browser();
        HttpResponse<String> refused = nobody.send(nobody.request("/api/preferences")
                .header("Sec-Fetch-Site", "same-origin")
                .PUT(BodyPublishers.ofByteArray(new byte[1024 * 1024])));

        assertProblem(refused, 401, "sign in first");
        assertThat(refused.headers().firstValue("Connection"))
                .as("it is good for the next request")
                .isEmpty();
    }

    @Test
    void aBodyOf64KiBIsReadAndOneByteMoreIsNot() {
        byte[] tooLong = " ".repeat(64 * 1024 + 1).getBytes(UTF_8);
        byte[] longest = " ".repeat(64 * 1024).getBytes(UTF_8);
        String detail = "the body must have at most 65536 bytes";
        assertProblem(bot.send("guild-joined", "m", Instant.now(), TestBot.SECRET, tooLong), 413, detail);
        assertProblem(bot.sendChunked("guild-joined", "m", tooLong), 413, detail);

        assertProblem(bot.sendChunked("guild-joined", "m", new byte[200_000]), 413, detail);
        assertThat(bot.send("guild-joined", "m", Instant.now(), TestBot.SECRET, longest)
                        .statusCode())
                .isEqualTo(400);
        assertThat(bot.sendChunked("guild-joined", "m", longest).statusCode()).isEqualTo(400);
    }

    @Test
    void anotherTypeOrMethodIsRefused() {
        assertThat(bot.sendBody("guild-exploded", "m", body("alice", "")).statusCode())
                .isEqualTo(404);
        HttpResponse<String> get = browser().get("/api/webhooks/guild-joined");
        assertProblem(get, 405, "allowed here: POST");
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    }

    // Streams.

    @Test
    void aBrokenStreamResumesWithExactlyWhatItMissed() {
        TestBrowser alice = browser().signIn("alice6");
        String last;
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            bot.send("guild-joined", "alice6", "0");
            last = stream.next("guild-joined").id();
        }
        sendThree("alice6");
        try (StreamReader stream = alice.resume(last)) {
            assertThat(stream.next("stream.open").json().get("resumed").asBoolean())
                    .isTrue();
            assertThree(stream);
            bot.send("guild-left", "alice6", "4");
            stream.next("guild-left");
        }
    }

    @Test
    void aStreamResumesThatHadNotReceivedAnyEvent() {
        TestBrowser alice = browser().signIn("alice7");
        String last;
        try (StreamReader stream = alice.stream()) {
            StreamReader.Block open = stream.next("stream.open");
            assertThat(open.retry()).isEqualTo("1000");
            last = open.id();
        }
        sendThree("alice7");
        try (StreamReader stream = alice.resume(last)) {
            stream.next("stream.open");
            assertThree(stream);
        }
    }

    @Test
    void aStreamBeginsWhereThePagesDataEnds() {
        TestBrowser alice = browser().signIn("alice8");
        bot.send("guild-joined", "alice8", "before");
        try (StreamReader stream = alice.stream()) { // the event before is out once a later one arrives
            stream.next("stream.open");
            bot.send("guild-joined", "alice8", "sentinel");
            while (!stream.next("guild-joined").guildId().equals("sentinel")) {
                continue;
            }
        }
        String cursor = alice.guilds().get("cursor").asString();
        sendThree("alice8");
        try (StreamReader stream = alice.stream("lastEventId=" + TestBrowser.encode(cursor))) {
            stream.next("stream.open");
            assertThree(stream);
        }
    }

    @Test
    void anIdleStreamHasHeartbeats() {
        try (StreamReader stream = browser().signIn("alice9").stream()) {
            stream.nextComment();
            stream.nextComment();
        }
    }

    @Test
    void withoutASessionThereIsNoStream() {
        assertThat(browser().status(browser().request("/api/guilds/events"))).isEqualTo(401);
        assertThat(browser().status(browser().request("/api/guilds/events").header("Cookie", "session=x")))
                .isEqualTo(401);
    }

    @Test
    void aGuildNarrowsTheStreamAndOnlyOnesOwnDo() {
        TestBrowser alice = browser().signIn("alice10");
        bot.send("guild-joined", "alice10", "7");
        bot.send("guild-joined", "bob10", "9");
        browser().signIn("bob10");
        try (StreamReader stream = alice.stream("guild=7")) {
            stream.next("stream.open");
            bot.send("guild-joined", "alice10", "8");
            bot.send("guild-left", "alice10", "7");
            StreamReader.Block block = stream.next();
            while (block.type().equals("guild-joined")) { // of 7, if the stream opened before it was published
                assertThat(block.guildId()).isEqualTo("7");
                block = stream.next();
            }
            assertThat(block.type()).isEqualTo("guild-left");
        }
        assertThat(alice.status(alice.request("/api/guilds/events?guild=9"))).isEqualTo(404);
        assertThat(alice.status(alice.request("/api/guilds/events?guild="))).isEqualTo(404);
    }

    @Test
    void signingOutEndsTheSessionAndItsStreamsButNoOthers() {
        TestBrowser here = browser().signIn("alice11");
        TestBrowser elsewhere = browser().signIn("alice11");
        try (StreamReader stream = here.stream();
                StreamReader other = elsewhere.stream()) {
            String id = stream.next("stream.open").id();
            other.next("stream.open");
            String cookie = here.sessionCookie();
            HttpResponse<String> loggedOut = here.post("/logout", "");
            assertThat(loggedOut.statusCode()).isEqualTo(303);
            assertThat(loggedOut.headers().firstValue("Location")).hasValue("/login");
            assertThat(stream.next("stream.close").json().get("reason").asString())
                    .isEqualTo("revoked");
            stream.assertEnds();
            assertThat(browser()
                            .status(here.request("/api/guilds/events")
                                    .header("Last-Event-ID", id)
                                    .header("Cookie", cookie)))
                    .as("for whoever has kept the cookie")
                    .isEqualTo(401);
            assertThat(here.get("/api/guilds").statusCode()).isEqualTo(401);
            bot.send("guild-joined", "alice11", "7");
            other.next("guild-joined");
        }
    }

    @Test
    void signingOutEverywhereEndsAllSessionsOfTheUserAndNobodyElses() {
        TestBrowser here = browser().signIn("alice18");
        TestBrowser elsewhere = browser().signIn("alice18");
        TestBrowser bob = browser().signIn("bob18");
        try (StreamReader stream = here.stream();
                StreamReader other = elsewhere.stream();
                StreamReader bobs = bob.stream()) {
            for (StreamReader each : List.of(stream, other, bobs)) {
                each.next("stream.open");
            }
            assertThat(here.post("/logout", "everywhere=true").statusCode()).isEqualTo(303);
            for (StreamReader each : List.of(stream, other)) {
                assertThat(each.next("stream.close").json().get("reason").asString())
                        .isEqualTo("revoked");
                each.assertEnds();
            }
            assertThat(elsewhere.get("/api/guilds").statusCode()).isEqualTo(401);
            bot.send("guild-joined", "bob18", "7");
            bobs.next("guild-joined");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"everywhere=yes", "everywhere=", "everywhere=TRUE", "everywhere=true%00"})
    void whetherToSignOutEverywhereIsNotGuessed(String form) {
        TestBrowser alice = browser().signIn("alice19");
        assertProblem(alice.post("/logout", form), 400, "form field everywhere must be true or false");
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(200);
        assertThat(alice.post("/logout", "everywhere=false").statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, '{\"everywhere\":true}', 303",
        "text/plain, everywhere=true, 303",
        "multipart/form-data; boundary=x, x, 303",
        "application/x-www-form-urlencoded, everywhere=%zz, 400",
        "application/x-www-form-urlencoded;charset=nonsense, everywhere=true, 415"
    })
    void aFormThatIsNoneIsAnsweredClearly(String contentType, String body, int status) {
        TestBrowser alice = browser().signIn("alice20");
        TestBrowser elsewhere = browser().signIn("alice20");
        HttpResponse<String> answer = alice.send(alice.request("/logout")
                .header("Content-Type", contentType)
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(elsewhere.get("/api/guilds").statusCode())
                .as("not everywhere")
                .isEqualTo(200);
    }

    @Test
    void tooLargeAFormIsRefused() {
        TestBrowser alice = browser().signIn("alice21");
        assertThat(alice.post("/logout", "x=" + "y".repeat(9_000)).statusCode()).isBetween(400, 413);
        assertThat(alice.post("/logout", "a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=0&k=1&l=2&m=3&n=4&o=5&p=6&q=7&r=8")
                        .statusCode())
                .isBetween(400, 413);
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(200);
    }

    @Test
    void signingInAgainEndsTheSessionThatTheBrowserForgets() {
        TestBrowser alice = browser().signIn("alice12");
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            alice.signIn("bob12");
            stream.next("stream.close");
            assertThat(alice.guilds().get("user").get("name").asString()).isEqualTo("bob12");
        }
    }

    // Pages, data, and what is around them.

    @Test
    void agreeingInTheDemoSendsARealWebhook() {
        TestBrowser alice = browser().signIn("alice13");
        String guild = alice.guilds().get("guilds").get(0).get("id").asString();
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            HttpResponse<String> agreed = alice.post("/demo/consent", "guild=" + guild);
            assertThat(agreed.statusCode()).isEqualTo(303);
            assertThat(agreed.headers().firstValue("Location")).hasValue("/guilds");
            assertThat(stream.next("guild-joined").guildId()).isEqualTo(guild);
        }
        assertThat(alice.installedGuilds()).containsExactly(guild);
        assertProblem(alice.post("/demo/consent", "guild=nope"), 404, "there is no such guild among yours");
        assertProblem(alice.post("/demo/consent", ""), 400, "form field guild is missing");
        assertProblem(
                alice.post("/demo/consent", "guild=%00"), 400, "form field guild must not hold control characters");
        assertThat(browser().post("/demo/consent", "guild=" + guild).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aNewUserFindsGuildsWithoutTheBot() {
        TestBrowser alice = browser();
        HttpResponse<String> signedIn = alice.post("/login", "user=Al+Ice&discordId=d14");
        assertThat(signedIn.statusCode()).isEqualTo(303);
        assertThat(signedIn.headers().firstValue("Location")).hasValue("/guilds");
        assertThat(signedIn.headers().firstValue("Set-Cookie").orElse(""))
                .startsWith("session=")
                .contains("; HttpOnly", "; SameSite=Lax", "; Path=/");
        assertThat(alice.guilds().get("demo").asBoolean()).isTrue();
        assertThat(alice.guilds().get("user").get("name").asString()).isEqualTo("Al Ice");
        assertThat(alice.guilds().get("guilds")).hasSizeGreaterThan(1);
        assertThat(alice.installedGuilds()).isEmpty();
        bot.send("guild-joined", "d14", "7");
        assertThat(alice.installedGuilds()).containsExactly("7");
    }

    @ParameterizedTest
    @CsvSource({"'', must not be blank", "user=%20, must not be blank", "user=a%00b, control characters"})
    void aBadNameIsRefused(String form, String complaint) {
        HttpResponse<String> response = browser().post("/login", form);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("form field user ", complaint);
    }

    @Test
    void tooLongANameIsRefused() {
        assertThat(browser().post("/login", "user=" + "x".repeat(33)).statusCode())
                .isEqualTo(400);
        assertThat(browser()
                        .post("/login", "user=x&discordId=" + "x".repeat(65))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void anotherSiteCannotSignAnyoneOut() {
        TestBrowser alice = browser().signIn("alice15");
        HttpResponse<String> response = alice.send(alice.request("/logout")
                .header("Origin", "https://evil.example")
                .POST(BodyPublishers.noBody()));
        assertProblem(response, 403, "this request comes from another site");
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/guilds", "/demo/consent"})
    void signedOutAPageLeadsToTheLogin(String page) {
        HttpResponse<String> response = browser().get(page);
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location")).hasValue("/login");
        assertThat(browser().signIn("alice16").get(page).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/login",
                "/nowhere",
                "/api/guilds",
                "/sse/sse-client.js",
                "/assets/app.css",
                "/health/live",
                "/%2e%2e/x"
            })
    void everyAnswerHasTheSecurityHeaders(String path) {
        HttpResponse<String> response = browser().get(path);
        assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'; script-src 'self';")
                .contains("frame-ancestors 'none'");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("same-origin");
    }

    @Test
    void filesMayBeStoredButMustBeAskedForAndTheRestMustNotBeStored() {
        for (String file : List.of("/sse/sse-client.js", "/assets/app.css", "/assets/guilds.js")) {
            HttpResponse<String> response = browser().get(file);
            assertThat(response.statusCode()).as(file).isEqualTo(200);
            assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-cache");
        }
        for (String path : List.of("/login", "/guilds", "/api/guilds", "/health/ready", "/nowhere")) {
            assertThat(browser().get(path).headers().allValues("Cache-Control")).containsExactly("no-store");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/assets/", "/assets/nowhere.js", "/sse/", "/api/guilds/events/x"})
    void whatIsNotThereIsAProblemInOneLine(String path) {
        HttpResponse<String> response = browser().get(path);
        assertThat(response.statusCode()).isBetween(403, 404);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.body()).matches("\\{\"status\":40[34],[^\\n]*}\\n");
    }

    @Test
    void theApplicationSaysThatItIsWell() {
        assertThat(browser().get("/health/live").body()).isEqualTo("{\"status\":\"up\"}\n");
        HttpResponse<String> ready = browser().get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body())
                .isEqualTo("{\"status\":\"up\",\"database\":\"up\",\"backplane\":\"fresh\",\"draining\":false}\n");
    }

    private static void sendThree(String owner) {
        for (String guild : List.of("1", "2", "3")) {
            assertThat(bot.send("guild-joined", owner, guild)).isEqualTo(202);
        }
    }

    private static void assertThree(StreamReader stream) {
        for (String guild : List.of("1", "2", "3")) {
            assertThat(stream.next("guild-joined").guildId()).isEqualTo(guild);
        }
    }

    private static String body(String ownerId, String more) {
        return "{\"guildId\":\"7\",\"guildName\":\"Owls\",\"ownerId\":\"" + ownerId + "\"" + more + "}";
    }

    private static void assertProblem(HttpResponse<String> response, int status, String detail) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.body())
                .startsWith("{\"status\":" + status + ",")
                .endsWith("\"detail\":\"" + detail + "\"}\n");
    }
}
