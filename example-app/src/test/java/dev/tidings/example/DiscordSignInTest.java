package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.TestDiscord.Membership;
import dev.tidings.example.db.TestDatabase;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in with Discord, by real sockets, through something that stands in for it. */
class DiscordSignInTest {

    private static final long NOTHING = 0;
    private static final long MANAGE_GUILD = 0x20;
    private static final long ADMINISTRATOR = 0x8;

    private static final AtomicInteger NUMBERS = new AtomicInteger(1_000);

    private static TestDiscord discord;
    private static String databaseUrl;
    private static ExampleApp app;

    // Of each test alone.
    private final String aliceId = number();
    private final String bobId = number();
    private final String owlsId = number();
    private final Membership owls = new Membership(owlsId, "Night Owls", true, NOTHING);
    private final TestBot bot = new TestBot(app.address());
    private final List<ExampleApp> others = new ArrayList<>();

    @BeforeAll
    static void startAll() {
        discord = new TestDiscord();
        databaseUrl = TestDatabase.shared();
        app = ExampleApp.start(TestConfig.patient(config(Map.of())));
    }

    @AfterAll
    static void stopAll() {
        app.close();
        discord.close();
    }

    @AfterEach
    void recover() {
        others.forEach(ExampleApp::close);
        discord.recover();
    }

    private static String number() {
        return String.valueOf(NUMBERS.incrementAndGet());
    }

    private static Config config(Map<String, String> more) {
        Map<String, String> environment = discord.environment();
        environment.put("DATABASE_URL", databaseUrl);
        environment.putAll(more);
        return Config.from(environment);
    }

    private ExampleApp startAnother(Map<String, String> more) {
        return startAnother(TestConfig.patient(config(more)));
    }

    private ExampleApp startAnother(Config config) {
        ExampleApp another = ExampleApp.start(config);
        others.add(another);
        return another;
    }

    private TestBrowser browser() {
        return new TestBrowser(app.address());
    }

    private TestBrowser signedIn(String userId, String name, Membership... guilds) {
        discord.as(userId, name, guilds);
        TestBrowser browser = browser();
        HttpResponse<String> back = browser.get(callback(browser));
        assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
        assertThat(back.headers().firstValue("Location")).hasValue("/guilds");
        return browser;
    }

    /** Goes to Discord, and returns where Discord sends the browser back to. */
    private static String callback(TestBrowser browser) {
        return location(browser.get(location(browser.get("/login/discord"))));
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElseThrow(() -> new AssertionError(response.body()));
    }

    // The way in.

    @Test
    void theWholeWayLeadsToOnesGuilds() {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        assertThat(alice.get("/guilds").statusCode()).isEqualTo(200);
        assertThat(alice.guilds().get("user").get("name").asString()).isEqualTo("Alice");
        assertThat(alice.guilds().get("demo").asBoolean()).isFalse();
        assertThat(alice.guilds().get("installUrl").asString())
                .isEqualTo(discord.address() + "/oauth2/authorize?client_id=" + TestDiscord.CLIENT_ID
                        + "&scope=bot+applications.commands&permissions=0");
        assertThat(alice.guildNames()).containsExactly("Night Owls");
        assertThat(discord.asked)
                .containsExactly(
                        "GET /oauth2/authorize",
                        "POST " + TestDiscord.TOKEN,
                        "GET " + TestDiscord.ME,
                        "GET " + TestDiscord.GUILDS);
    }

    @Test
    void thereIsAPageWithOneButtonAndNoDemo() {
        HttpResponse<String> page = browser().get("/login");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("href=\"/login/discord\"", "Sign in with Discord")
                .doesNotContain("<form", "{{");
        assertThat(browser().post("/login", "user=alice").statusCode()).isEqualTo(405);
        assertThat(browser().get("/demo/consent").statusCode()).isEqualTo(404);
        assertThat(browser().post("/demo/consent", "guild=7").statusCode()).isEqualTo(405);
        assertThat(location(browser().get("/guilds"))).isEqualTo("/login");
    }

    @Test
    void guildsThatOneMerelyIsInAreNotShown() {
        TestBrowser alice = signedIn(
                aliceId,
                "Alice",
                new Membership("1", "Owner", true, NOTHING),
                new Membership("2", "Administrator", false, ADMINISTRATOR),
                new Membership("3", "Manager", false, MANAGE_GUILD | 0x400),
                new Membership("4", "Member", false, ~(MANAGE_GUILD | ADMINISTRATOR) & Long.MAX_VALUE));
        assertThat(alice.guildNames()).containsExactly("Administrator", "Manager", "Owner");
    }

    @Test
    void whoIsKnownFromAWebhookOnlyFindsItsGuild() {
        assertThat(bot.send("guild-joined", aliceId, owlsId)).isEqualTo(202);
        assertThat(signedIn(aliceId, "Alice", owls).installedGuilds()).containsExactly(owlsId);
    }

    @Test
    void aSecondManagerFindsTheBotInstalledAndIsToldWhatHappens() {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        bot.send("bot-configured", aliceId, owlsId);
        TestBrowser bob = signedIn(bobId, "Bob", new Membership(owlsId, "Night Owls", false, MANAGE_GUILD));
        assertThat(bob.guilds().get("guilds").get(0).get("configured").asBoolean())
                .isTrue();
        try (StreamReader alices = alice.stream();
                StreamReader bobs = bob.stream()) {
            alices.next("stream.open");
            bobs.next("stream.open");
            assertThat(bot.send("guild-left", aliceId, owlsId)).isEqualTo(202);
            assertThat(nextButConfigured(alices).guildId()).isEqualTo(owlsId);
            assertThat(nextButConfigured(bobs).guildId()).isEqualTo(owlsId);
        }
        assertThat(alice.installedGuilds()).isEmpty();
        assertThat(bob.installedGuilds()).isEmpty();
    }

    /** Skips what the relay may have published only after the stream was opened. */
    private static StreamReader.Block nextButConfigured(StreamReader stream) {
        StreamReader.Block block = stream.next();
        while (block.type().equals("bot-configured")) {
            block = stream.next();
        }
        assertThat(block.type()).isEqualTo("guild-left");
        return block;
    }

    @Test
    void theStateOfAGuildOutlivesThoseWhoLeaveIt() {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        bot.send("guild-joined", aliceId, owlsId);
        assertThat(alice.installedGuilds()).containsExactly(owlsId);
        assertThat(signedIn(aliceId, "Alice").guildNames()).isEmpty();
        assertThat(signedIn(bobId, "Bob", owls).installedGuilds()).containsExactly(owlsId);
    }

    @Test
    void namesThatDiscordAllowsAndWeDoNotAreMadeToFit() {
        TestBrowser alice = signedIn(
                aliceId,
                "A\u0000li\r\nSet-Cookie: x=y\u2028ce",
                new Membership("7", "<script>alert(1)</script>\n" + "x".repeat(200), true, NOTHING),
                new Membership("8", "\n", true, NOTHING));
        assertThat(alice.guilds().get("user").get("name").asString()).isEqualTo("AliSet-Cookie: x=yce");
        assertThat(alice.guildNames()).containsExactly("8", "<script>alert(1)</script>" + "x".repeat(75));
        assertThat(signedIn(bobId, "").guilds().get("user").get("name").asString())
                .isEqualTo("user_" + bobId);
    }

    @Test
    void aSignInBegunAtOneNodeIsFinishedAtAnother() {
        ExampleApp other = startAnother(Map.of("PUBLIC_URL", app.address().toString()));
        discord.as(aliceId, "Alice", owls);
        TestBrowser alice = browser();
        URI back = URI.create(callback(alice));
        alice.at(other.address());
        assertThat(location(alice.get(back.getRawPath() + "?" + back.getRawQuery())))
                .isEqualTo("/guilds");
        assertThat(alice.guildNames()).containsExactly("Night Owls");
        assertThat(alice.at(app.address()).guildNames()).containsExactly("Night Owls");
    }

    @Test
    void signingInGivesANewSessionAndEndsTheOneBefore() {
        TestBrowser browser = signedIn(aliceId, "Alice", owls);
        String before = browser.sessionCookie();
        try (StreamReader stream = browser.stream()) {
            stream.next("stream.open");
            discord.as(bobId, "Bob");
            assertThat(browser.get(callback(browser)).statusCode()).isEqualTo(303);
            assertThat(stream.next("stream.close").json().get("reason").asString())
                    .isEqualTo("revoked");
        }
        assertThat(browser.sessionCookie()).isNotEqualTo(before);
        assertThat(browser.guilds().get("user").get("name").asString()).isEqualTo("Bob");
        assertThat(browser().status(browser.request("/api/guilds/events").header("Cookie", before)))
                .isEqualTo(401);
    }

    @Test
    void aSessionFromTheDemoOpensNothingHere() {
        Map<String, String> demo = Map.of("PORT", "0", "DATABASE_URL", databaseUrl);
        ExampleApp before = ExampleApp.start(Config.from(demo));
        others.add(before);
        TestBrowser impostor = new TestBrowser(before.address());
        impostor.post("/login", "user=Alice&discordId=" + aliceId);
        assertThat(impostor.get("/api/guilds").statusCode()).isEqualTo(200);
        assertThat(impostor.at(app.address()).get("/api/guilds").statusCode()).isEqualTo(401);
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        assertThat(alice.guildNames()).as("the demo's guilds are gone").containsExactly("Night Owls");
        assertThat(alice.at(before.address()).get("/api/guilds").statusCode()).isEqualTo(401);
    }

    // What can go wrong on the way.

    @Test
    void whoCancelsCanTryAgain() {
        discord.as(aliceId, "Alice", owls).deny();
        TestBrowser alice = browser();
        assertFailure(alice.get(callback(alice)), 403, "cancelled or refused");
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(401);
    }

    @Test
    void anotherBrowserCannotFinishASignIn() {
        discord.as(bobId, "Mallory");
        String mallorys = callback(browser());
        TestBrowser alice = browser();
        assertFailure(alice.get(mallorys), 400, "begun in another browser");
        discord.as(aliceId, "Alice", owls);
        String own = callback(alice); // now she has a cookie, but for another state
        assertFailure(alice.get(mallorys), 400, "begun in another browser");
        assertThat(own).isNotEqualTo(mallorys);
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(401);
        assertThat(discord.count("POST " + TestDiscord.TOKEN)).isZero();
    }

    @Test
    void aMadeUpStateIsRefused() {
        discord.as(aliceId, "Alice", owls);
        for (String state : List.of("", "x", "x".repeat(43), "%01", "x".repeat(4000))) {
            TestBrowser alice = browser();
            String back = callback(alice).replaceFirst("state=.*", "state=" + state);
            assertFailure(alice.get(back), 400, "cannot be finished");
        }
        assertFailure(browser().get("/login/discord/callback"), 400, "cannot be finished");
        assertFailure(browser().get("/login/discord/callback?error=access_denied"), 400, "cannot be finished");
        assertThat(discord.count("POST " + TestDiscord.TOKEN)).isZero();
    }

    @Test
    void aSignInIsFinishedOnce() {
        discord.as(aliceId, "Alice", owls);
        TestBrowser alice = browser();
        HttpResponse<String> begun = alice.get("/login/discord");
        String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        String back = location(alice.get(location(begun)));
        assertThat(alice.get(back).statusCode()).isEqualTo(303);
        assertFailure(alice.get(back), 400, "over already");
        String path = URI.create(back).getRawPath() + "?" + URI.create(back).getRawQuery();
        HttpResponse<String> replayed = browser().send(browser().request(path).header("Cookie", cookie));
        assertFailure(replayed, 400, "over already");
        assertThat(discord.count("POST " + TestDiscord.TOKEN)).isEqualTo(1);
    }

    @Test
    void aSignInThatTookTooLongIsRefused() throws SQLException {
        discord.as(aliceId, "Alice", owls);
        TestBrowser alice = browser();
        String back = callback(alice);
        update("UPDATE sign_ins SET expires_at = " + System.currentTimeMillis());
        assertFailure(alice.get(back), 400, "more than ten minutes");
    }

    @Test
    void aCodeThatDiscordDoesNotKnowIsRefused() {
        discord.as(aliceId, "Alice", owls);
        for (String code : List.of("nonsense", "%20", "%0d%0aX:y", "x".repeat(600), "")) {
            TestBrowser alice = browser();
            assertFailure(
                    alice.get(callback(alice).replaceFirst("code=[^&]*", "code=" + code)), 400, "did not confirm");
        }
    }

    @Test
    void aCodeIsOfNoUseWithoutTheBrowsersSecret() {
        discord.as(aliceId, "Alice", owls);
        TestBrowser alice = browser();
        String stolen = callback(alice).replaceFirst(".*code=([^&]*).*", "$1");
        TestBrowser mallory = browser();
        String back = callback(mallory).replaceFirst("code=[^&]*", "code=" + stolen);
        assertFailure(mallory.get(back), 400, "did not confirm");
        assertThat(mallory.get("/api/guilds").statusCode()).isEqualTo(401);
    }

    private Map<String, Supplier<TestDiscord.Fault>> faults() {
        Map<String, Supplier<TestDiscord.Fault>> faults = new HashMap<>();
        faults.put("429", () -> TestDiscord.status(429, "{\"message\":\"slow down\",\"retry_after\":1.5}"));
        faults.put("500", () -> TestDiscord.status(500, "<html>oops</html>"));
        faults.put("redirect", () -> exchange -> {
            exchange.getResponseHeaders().add("Location", discord.address() + "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        faults.put("garbage", () -> TestDiscord.status(200, "\u0000\uffff nonsense"));
        faults.put("empty", () -> TestDiscord.status(200, ""));
        faults.put("object", () -> TestDiscord.status(200, "{}"));
        faults.put("array", () -> TestDiscord.status(200, "[[]]"));
        faults.put("deep", () -> TestDiscord.status(200, "[".repeat(10_000)));
        faults.put("reset", () -> exchange -> exchange.close());
        faults.put("silence", discord::silence);
        faults.put("half", discord::halfAnAnswer);
        return faults;
    }

    @ParameterizedTest
    @CsvSource({
        TestDiscord.TOKEN + ", 429 500 redirect garbage empty object array deep reset",
        TestDiscord.ME + ", 429 500 redirect garbage empty object array deep reset",
        TestDiscord.GUILDS + ", 429 500 redirect garbage empty object array deep reset"
    })
    void whateverIsWrongWithDiscordIsSaidInOneSentence(String path, String names) {
        discord.as(aliceId, "Alice", owls);
        for (String name : names.split(" ", -1)) {
            discord.fail(path, faults().get(name).get());
            TestBrowser alice = browser();
            HttpResponse<String> answer = alice.get(callback(alice));
            assertFailure(answer, 503, "Try again in a moment");
            assertThat(discord.asked).doesNotContain("GET /elsewhere");
            discord.recover();
            assertThat(alice.get(callback(alice)).statusCode())
                    .as("after " + name)
                    .isEqualTo(303);
        }
    }

    @ParameterizedTest
    @CsvSource({TestDiscord.ME + ", half", TestDiscord.GUILDS + ", silence"})
    void aDiscordThatHangsIsNotWaitedForLong(String path, String name) {
        ExampleApp impatient = startAnother(config(Map.of()));
        discord.as(aliceId, "Alice", owls);
        discord.fail(path, faults().get(name).get());
        TestBrowser alice = new TestBrowser(impatient.address());
        assertFailure(alice.get(callback(alice)), 503, "Try again in a moment");
    }

    @Test
    void anAnswerIsReadUpToABoundAndNoFurther() {
        discord.as(aliceId, "Alice", owls);
        int most = 512 * 1024;
        TestBrowser alice = browser();
        discord.fail(TestDiscord.GUILDS, TestDiscord.status(200, "[" + " ".repeat(most - 1) + "]"));
        assertFailure(alice.get(callback(alice)), 503, "Try again in a moment");
        discord.fail(TestDiscord.GUILDS, TestDiscord.status(200, "[" + " ".repeat(most - 2) + "]"));
        assertThat(alice.get(callback(alice)).statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"a b\",\"token_type\":\"Bearer\",\"expires_in\":9,\"refresh_token\":\"r\",\"scope\":\"identify guilds\"}",
                "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\",\"expires_in\":9,\"refresh_token\":\"r\",\"scope\":\"identify guilds\"}",
                "{\"access_token\":7,\"token_type\":\"Bearer\",\"expires_in\":9,\"refresh_token\":\"r\",\"scope\":\"identify guilds\"}",
                "{\"access_token\":\"a\",\"token_type\":\"MAC\",\"expires_in\":9,\"refresh_token\":\"r\",\"scope\":\"identify guilds\"}",
                "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":-1,\"refresh_token\":\"r\",\"scope\":\"identify guilds\"}",
                "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":9e99,\"refresh_token\":\"r\",\"scope\":\"identify guilds\"}",
                "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":9,\"scope\":\"identify guilds\"}",
                "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":9,\"refresh_token\":\"r\",\"scope\":\"identify\"}"
            })
    void tokensThatMakeNoSenseAreRefused(String answer) {
        discord.as(aliceId, "Alice", owls);
        discord.fail(TestDiscord.TOKEN, TestDiscord.status(200, answer));
        TestBrowser alice = browser();
        assertFailure(alice.get(callback(alice)), 503, "Try again in a moment");
        assertThat(discord.count("GET " + TestDiscord.ME)).isZero();
    }

    // Cookies.

    @Test
    void cookiesAreOutOfReachOfScriptsAndOtherSites() {
        discord.as(aliceId, "Alice", owls);
        TestBrowser alice = browser();
        HttpResponse<String> begun = alice.get("/login/discord");
        assertThat(begun.headers().allValues("Set-Cookie"))
                .singleElement()
                .asString()
                .matches("sign_in=[A-Za-z0-9_-]{43}; Path=/login/discord; Max-Age=600; HttpOnly; SameSite=Lax");
        HttpResponse<String> back = alice.get(location(alice.get(location(begun))));
        assertThat(back.headers().allValues("Set-Cookie"))
                .anyMatch(cookie -> cookie.equals("sign_in=; Path=/login/discord; Max-Age=0; HttpOnly; SameSite=Lax"))
                .anyMatch(cookie ->
                        cookie.matches("session=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax"));
    }

    @Test
    void behindTlsCookiesNeverGoOverPlainHttp() {
        ExampleApp behindTls = startAnother(Map.of("PUBLIC_URL", "https://tidings.example.org/"));
        TestBrowser alice = new TestBrowser(behindTls.address());
        HttpResponse<String> begun = alice.get("/login/discord");
        assertThat(begun.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("; Secure");
        assertThat(location(begun))
                .contains("&redirect_uri=https%3A%2F%2Ftidings.example.org%2Flogin%2Fdiscord%2Fcallback&");
        assertThat(alice.post("/logout", "").headers().firstValue("Set-Cookie").orElseThrow())
                .endsWith("; Secure");
    }

    @Test
    void nothingInARequestSendsABrowserElsewhere() {
        discord.as(aliceId, "Alice", owls);
        for (String more :
                List.of("redirect_uri=https://evil.example", "next=//evil.example", "return_to=%2F%2Fevil")) {
            TestBrowser alice = browser();
            HttpResponse<String> begun =
                    alice.send(alice.request("/login/discord?" + more).header("X-Forwarded-Host", "evil.example"));
            assertThat(location(begun))
                    .startsWith(discord.address() + "/oauth2/authorize?")
                    .doesNotContain("evil");
            String back = location(alice.get(location(begun)));
            assertThat(back).startsWith(app.address() + "/login/discord/callback?");
            assertThat(location(alice.get(back + "&" + more))).isEqualTo("/guilds");
        }
    }

    // Afterwards.

    @Test
    void aGuildThatOneIsNoLongerInDisappearsFromTheOpenPage() throws SQLException {
        TestBrowser alice = signedIn(aliceId, "Alice", owls, new Membership("8", "Book Club", true, NOTHING));
        try (StreamReader all = alice.stream();
                StreamReader one = alice.stream("guild=" + owlsId)) {
            all.next("stream.open");
            one.next("stream.open");
            discord.as(aliceId, "Alice", new Membership("8", "Chess Club", true, NOTHING));
            CountDownLatch mayAnswer = new CountDownLatch(1);
            discord.fail(TestDiscord.GUILDS, discord.truthAfter(mayAnswer));
            makeOld();
            assertThat(alice.guildNames()).as("what is known is shown at once").contains("Night Owls");
            mayAnswer.countDown();
            awaitRefetch(alice, all);
            assertThat(alice.guildNames()).containsExactly("Chess Club");
            while (!one.next().equals(StreamReader.Block.END)) {
                continue;
            }
        }
        assertThat(alice.status(alice.request("/api/guilds/events?guild=" + owlsId)))
                .isEqualTo(404);
    }

    @Test
    void guildsAreReadAgainAfterFiveMinutesAndNotBefore() throws SQLException {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        alice.guilds();
        alice.guilds();
        long due = number("SELECT next_read_at FROM discord_accounts WHERE " + ofAlice()) - System.currentTimeMillis();
        assertThat(due).isBetween(4 * 60_000L, 5 * 60_000L);
        makeOld();
        alice.guilds();
        awaitReading();
        assertThat(discord.count("GET " + TestDiscord.GUILDS)).isEqualTo(2);
        assertThat(discord.count("POST " + TestDiscord.TOKEN)).isEqualTo(1);
    }

    @Test
    void whoLosesAGuildByDiscordsListLeavesItsTeam() throws SQLException {
        TestBrowser bob = signedIn(bobId, "Bob", owls);
        bot.send("guild-joined", bobId, owlsId);
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        try (StreamReader bobs = bob.stream().withTeam();
                StreamReader alices = alice.stream()) {
            bobs.next("stream.open");
            TeamTest.awaitStatus(bobs, "Alice", "online");
            alices.next("stream.open");
            discord.as(aliceId, "Alice");
            makeOld();
            alice.guilds();
            assertThat(TeamTest.awaitStatus(bobs, "Alice", "left")).containsExactly("left");
        }
        assertThat(alice.json("/api/team").get("members")).isEmpty();
    }

    @Test
    void expiredTokensAreChangedForNewOnes() throws SQLException {
        discord.expireTokensIn(1);
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        String sealed = text("SELECT tokens FROM discord_accounts WHERE " + ofAlice());
        for (int tokens = 2; tokens <= 3; tokens++) { // the second time with what the first has brought
            makeOld();
            alice.guilds();
            awaitReading();
            assertThat(discord.count("POST " + TestDiscord.TOKEN)).isEqualTo(tokens);
            assertThat(discord.count("GET " + TestDiscord.GUILDS)).isEqualTo(tokens);
        }
        assertThat(text("SELECT tokens FROM discord_accounts WHERE " + ofAlice()))
                .isNotEqualTo(sealed);
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(200);
    }

    @Test
    void anAccessTokenThatEndsEarlyIsChangedForANewOne() throws SQLException {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        discord.forgetAccessTokens();
        makeOld();
        alice.guilds();
        awaitReading();
        assertThat(discord.count("POST " + TestDiscord.TOKEN)).isEqualTo(2);
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(200);
    }

    @Test
    void whoTakesBackWhatTheyAllowedIsSignedOutEverywhere() throws SQLException {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        TestBrowser elsewhere = signedIn(aliceId, "Alice", owls);
        try (StreamReader stream = elsewhere.stream()) {
            stream.next("stream.open");
            discord.revoke(aliceId);
            makeOld();
            alice.guilds();
            assertThat(stream.next("stream.close").json().get("reason").asString())
                    .isEqualTo("revoked");
            stream.assertEnds();
        }
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(401);
        assertThat(elsewhere.get("/api/guilds").statusCode()).isEqualTo(401);
        assertThat(number("SELECT COUNT(*) FROM discord_accounts WHERE " + ofAlice()))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"429", "500", "garbage", "reset"})
    void whileDiscordIsAwayNothingChangesAndItIsAskedAgainInAMinute(String name) throws SQLException {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        discord.fail(TestDiscord.GUILDS, faults().get(name).get());
        makeOld();
        alice.guilds();
        Waiting.until(() -> discord.count("GET " + TestDiscord.GUILDS) >= 2, "asked again");
        assertThat(alice.guildNames()).containsExactly("Night Owls");
        assertThat(number("SELECT next_read_at FROM discord_accounts WHERE " + ofAlice()) - System.currentTimeMillis())
                .isBetween(1L, 60_000L);
    }

    @Test
    void anotherClientSecretMeansSigningInAgain() throws SQLException {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        ExampleApp rotated = startAnother(Map.of("DISCORD_CLIENT_SECRET", "another"));
        makeOld();
        alice.at(rotated.address()).guilds();
        Waiting.until(() -> alice.get("/api/guilds").statusCode() == 401, "signed out");
    }

    @Test
    void theDatabaseKnowsNoSecretOfDiscords() throws SQLException {
        signedIn(aliceId, "Alice", owls);
        assertThat(discord.secrets).hasSizeGreaterThan(2);
        for (String dump : List.of(
                text("SELECT tokens FROM discord_accounts WHERE " + ofAlice()),
                text("SELECT MAX(token_hash) FROM sessions WHERE " + ofAlice()))) {
            assertThat(dump).doesNotContain(discord.secrets);
        }
    }

    @Test
    void signingOutLeadsToThePageAndNotStraightBackIn() {
        TestBrowser alice = signedIn(aliceId, "Alice", owls);
        assertThat(location(alice.post("/logout", ""))).isEqualTo("/login");
        assertThat(alice.get("/login").statusCode()).isEqualTo(200);
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(401);
    }

    /** Follows a page's stream, over its beginning anew, up to the word that there is something to read. */
    private static void awaitRefetch(TestBrowser browser, StreamReader stream) {
        StreamReader.Block block = stream.next();
        if (block.type().equals("stream.close")) {
            assertThat(block.json().get("reason").asString()).isEqualTo("changed");
            try (StreamReader again = browser.resume(block.id())) {
                again.next("stream.open");
                again.next("refetch");
            }
        } else {
            assertThat(block.data()).isEqualTo("{\"type\":\"refetch\"}");
        }
    }

    private static void assertFailure(HttpResponse<String> response, int status, String words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(response.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(response.body()).contains(words, "href=\"/login/discord\"", "Try again");
        assertThat(response.body()).doesNotContain("Exception", "{{", "\tat ");
        assertThat(response.headers().allValues("Set-Cookie")).noneMatch(cookie -> cookie.startsWith("session="));
    }

    // The clock of the database's rows, moved by hand.

    private String ofAlice() {
        return "user_id = (SELECT id FROM users WHERE discord_id = '" + aliceId + "')";
    }

    private void makeOld() throws SQLException {
        update("UPDATE discord_accounts SET next_read_at = 0 WHERE " + ofAlice());
    }

    private void awaitReading() {
        long now = System.currentTimeMillis();
        Waiting.until(
                () -> {
                    try {
                        return number("SELECT next_read_at FROM discord_accounts WHERE " + ofAlice())
                                > now + 2 * 60_000;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "the guilds are read");
    }

    private void update(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(databaseUrl)) {
            connection.createStatement().executeUpdate(sql);
        }
    }

    private long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    private String text(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(databaseUrl);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
