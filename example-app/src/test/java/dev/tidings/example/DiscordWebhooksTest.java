package dev.tidings.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.TestDiscord.Membership;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Discord's own webhook events, signed as Discord signs them. Each test has users of its own. */
class DiscordWebhooksTest {

    private static final String PATH = "/api/webhooks/discord";
    private static final String PING =
            "{\"version\":1,\"application_id\":\"" + TestDiscord.CLIENT_ID + "\",\"type\":0}";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static KeyPair keys;
    private static TestDiscord discord;
    private static ExampleApp app;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        discord = new TestDiscord();
        Map<String, String> environment = discord.environment();
        environment.put("DISCORD_PUBLIC_KEY", hexOf(keys));
        app = ExampleApp.start(TestConfig.patient(TestConfig.of(environment)));
    }

    @AfterAll
    static void stop() {
        app.close();
        discord.close();
    }

    /** As the developer portal shows it: the last 32 bytes of its X.509 form. */
    private static String hexOf(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        return HexFormat.of().formatHex(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    private static TestBrowser signedIn(String userId, String name, Membership... guilds) {
        discord.as(userId, name, guilds);
        TestBrowser browser = new TestBrowser(app.address());
        String there =
                browser.get("/login/discord").headers().firstValue("Location").orElseThrow();
        String back = browser.get(there).headers().firstValue("Location").orElseThrow();
        assertThat(browser.get(back).statusCode()).isEqualTo(303);
        return browser;
    }

    // What is told.

    @Test
    void aPingIsAnsweredWithNothing() {
        HttpResponse<String> answer = send(PING);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void lettingTheBotIntoAGuildReachesTheOpenPage() {
        TestBrowser alice = signedIn("1", "Alice", new Membership("71", "Owls", true, 0));
        TestBrowser bob = signedIn("2", "Bob", new Membership("71", "Owls", false, 0x20));
        try (StreamReader alices = alice.stream();
                StreamReader bobs = bob.stream()) {
            alices.next("stream.open");
            bobs.next("stream.open");
            assertThat(send(authorized("1", 0, "71", "Night Owls")).statusCode())
                    .isEqualTo(204);
            StreamReader.Block event = alices.next("guild-joined");
            assertThat(event.guildId()).isEqualTo("71");
            assertThat(event.json().get("guildName").asString()).isEqualTo("Night Owls");
            assertThat(bobs.next("guild-joined").guildId())
                    .as("manages it, too")
                    .isEqualTo("71");
        }
        assertThat(alice.installedGuilds()).containsExactly("71");
        assertThat(bob.installedGuilds()).containsExactly("71");
    }

    @Test
    void theSameEventAgainIsTakenAndMakesNoSecondOne() {
        TestBrowser alice = signedIn("3", "Alice", new Membership("73", "Owls", true, 0));
        try (StreamReader stream = alice.stream()) {
            stream.next("stream.open");
            String body = authorized("3", 0, "73", "Owls");
            assertThat(send(body).statusCode()).isEqualTo(204);
            assertThat(send(body).statusCode()).isEqualTo(204);
            assertThat(send(body, Instant.now().minusSeconds(600)).statusCode())
                    .as("signed anew")
                    .isEqualTo(204);
            send(authorized("3", 0, "74", "Another"));
            assertThat(stream.next("guild-joined").guildId()).isEqualTo("73");
            assertThat(stream.next("guild-joined").guildId()).isEqualTo("74");
        }
    }

    @Test
    void aGuildOfSomebodyUnknownIsThereOnTheDayTheySignIn() {
        assertThat(send(authorized("4", 0, "75", "Owls")).statusCode()).isEqualTo(204);
        assertThat(signedIn("4", "Alice", new Membership("75", "Owls", true, 0)).installedGuilds())
                .containsExactly("75");
    }

    @Test
    void deauthorizingEndsTheSessionsAndStreamsOfItsUserAndNoOthers() {
        TestBrowser alice = signedIn("5", "Alice");
        TestBrowser elsewhere = signedIn("5", "Alice");
        TestBrowser bob = signedIn("6", "Bob");
        try (StreamReader stream = alice.stream();
                StreamReader other = elsewhere.stream()) {
            stream.next("stream.open");
            other.next("stream.open");
            String body = deauthorized("5");
            assertThat(send(body).statusCode()).isEqualTo(204);
            for (StreamReader each : new StreamReader[] {stream, other}) {
                assertThat(each.next("stream.close").json().get("reason").asString())
                        .isEqualTo("revoked");
                each.assertEnds();
            }
            assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(401);
            assertThat(elsewhere.get("/api/guilds").statusCode()).isEqualTo(401);
            assertThat(bob.get("/api/guilds").statusCode()).isEqualTo(200);

            TestBrowser back = signedIn("5", "Alice");
            assertThat(send(body).statusCode()).as("the same again").isEqualTo(204);
            assertThat(back.get("/api/guilds").statusCode()).isEqualTo(200);
        }
        assertThat(send(deauthorized("404")).statusCode()).as("nobody we know").isEqualTo(204);
    }

    @Test
    void whatDoesNotConcernUsIsTakenAndDoesNothing() {
        TestBrowser alice = signedIn("7", "Alice", new Membership("77", "Owls", true, 0));
        String user = ",\"data\":{\"user\":" + user("7") + "}";
        for (String body : new String[] {
            authorized("7", 1, "77", "Owls"), // for themselves only
            event("APPLICATION_AUTHORIZED", user), // by signing in
            event("APPLICATION_AUTHORIZED", ",\"data\":{\"integration_type\":null,\"user\":" + user("7") + "}"),
            event("ENTITLEMENT_CREATE", ",\"data\":{\"id\":\"1\"}"),
            event("SOMETHING_NEW", "")
        }) {
            assertThat(send(body).statusCode()).as(body).isEqualTo(204);
        }
        assertThat(alice.installedGuilds()).isEmpty();
    }

    // What is refused.

    @Test
    void whatIsNotSignedByDiscordNowIsRefusedInTheSameWords() {
        String now = String.valueOf(Instant.now().getEpochSecond());
        String good = sign(keys, now, PING);
        String[] forged = {
            null,
            "",
            "x",
            good.substring(2),
            good + "00",
            good.replaceFirst("..", "zz"),
            "0".repeat(128),
            "f".repeat(128),
            sign(otherKeys(), now, PING),
            sign(keys, now, PING + " "),
            sign(keys, "1" + now, PING),
            sign(keys, "", now + PING + "x")
        };
        for (String signature : forged) {
            assertRefused(post(PING, signature, now), signature);
        }
        for (String timestamp :
                new String[] {null, "", "x", "-1", "1e9", now + ".0", " " + now + "1", "9".repeat(30)}) {
            assertRefused(post(PING, sign(keys, String.valueOf(timestamp), PING), timestamp), timestamp);
        }
        assertThat(post(PING, good, now).statusCode()).isEqualTo(204);
        assertThat(post(PING, good.toUpperCase(java.util.Locale.ROOT), now).statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1000, 1000, -86_400})
    void aLateEventIsRefused(long seconds) {
        assertRefused(send(deauthorized("8"), Instant.now().plusSeconds(seconds)), "late");
        assertThat(send(PING, Instant.now().plusSeconds(seconds < 0 ? -800 : 800))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void nothingIsReadBeforeItIsVerified() {
        assertRefused(post("{not json", sign(otherKeys(), "1", "x"), "1"), "malformed and forged");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{; the JSON is malformed",
                "[]; the JSON must be an object",
                "{}; application_id is missing",
                "{\"application_id\":\"1\",\"type\":0}; application_id is of another application",
                "{\"application_id\":ID,\"type\":0}; application_id must be a string",
                "{\"application_id\":\"ID\"}; type is missing",
                "{\"application_id\":\"ID\",\"type\":2}; type must be 0 or 1",
                "{\"application_id\":\"ID\",\"type\":\"0\"}; type must be a whole number",
                "{\"application_id\":\"ID\",\"type\":1}; event is missing",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":[]}; event must be an object",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":{}}; type is missing",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":{\"type\":\"APPLICATION_DEAUTHORIZED\"}}; data is missing",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":{\"type\":\"APPLICATION_DEAUTHORIZED\",\"data\":{}}}; user is missing",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":{\"type\":\"APPLICATION_DEAUTHORIZED\",\"data\":{\"user\":{\"id\":7}}}}; id must be a string",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":{\"type\":\"APPLICATION_DEAUTHORIZED\",\"data\":{\"user\":{\"id\":\"x\"}}}}; id must be digits",
                "{\"application_id\":\"ID\",\"type\":1,\"event\":{\"type\":\"APPLICATION_AUTHORIZED\",\"data\":{\"integration_type\":0,\"user\":{\"id\":\"7\",\"username\":\"x\"}}}}; guild is missing"
            })
    void whatMakesNoSenseIsRefusedInWords(String body, String complaint) {
        HttpResponse<String> answer = send(body.replace("ID", TestDiscord.CLIENT_ID));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(complaint);
    }

    @Test
    void anEventForAnotherApplicationDoesNothing() {
        TestBrowser alice = signedIn("9", "Alice");
        assertThat(send(deauthorized("9").replace(TestDiscord.CLIENT_ID, "1")).statusCode())
                .isEqualTo(400);
        assertThat(alice.get("/api/guilds").statusCode()).isEqualTo(200);
    }

    @Test
    void tooLongABodyIsRefused() {
        assertThat(send(" ".repeat(64 * 1024 + 1)).statusCode()).isEqualTo(413);
    }

    @Test
    void withoutAPublicKeyThereIsNoSuchRoute() {
        try (ExampleApp without = ExampleApp.start(TestConfig.of(discord.environment()))) {
            String now = String.valueOf(Instant.now().getEpochSecond());
            HttpRequest request = request(PING, sign(keys, now, PING), now)
                    .uri(without.address().resolve(PATH))
                    .build();
            assertThat(exchange(request).statusCode()).isEqualTo(404);
        }
    }

    // What Discord would send.

    private static String authorized(String userId, int integrationType, String guildId, String guildName) {
        return event(
                "APPLICATION_AUTHORIZED",
                ",\"data\":{\"integration_type\":" + integrationType
                        + ",\"scopes\":[\"bot\",\"applications.commands\"],"
                        + "\"user\":" + user(userId) + ",\"guild\":{\"id\":\"" + guildId + "\",\"name\":\"" + guildName
                        + "\",\"owner_id\":\"" + userId + "\",\"roles\":[]}}");
    }

    private static String deauthorized(String userId) {
        return event("APPLICATION_DEAUTHORIZED", ",\"data\":{\"user\":" + user(userId) + "}");
    }

    private static String user(String id) {
        return "{\"id\":\"" + id
                + "\",\"username\":\"user\",\"global_name\":null,\"discriminator\":\"0\",\"avatar\":null}";
    }

    private static String event(String type, String more) {
        return "{\"version\":1,\"application_id\":\"" + TestDiscord.CLIENT_ID + "\",\"type\":1,\"event\":{\"type\":\""
                + type + "\",\"timestamp\":\"" + Instant.now().toString().replace("Z", "") + "\"" + more + "}}";
    }

    private static HttpResponse<String> send(String body) {
        return send(body, Instant.now());
    }

    private static HttpResponse<String> send(String body, Instant at) {
        String timestamp = String.valueOf(at.getEpochSecond());
        return post(body, sign(keys, timestamp, body), timestamp);
    }

    private static HttpResponse<String> post(String body, String signature, String timestamp) {
        return exchange(request(body, signature, timestamp).build());
    }

    private static HttpRequest.Builder request(String body, String signature, String timestamp) {
        HttpRequest.Builder request = HttpRequest.newBuilder(app.address().resolve(PATH))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (signature != null) {
            request.header("X-Signature-Ed25519", signature);
        }
        if (timestamp != null) {
            request.header("X-Signature-Timestamp", timestamp);
        }
        return request;
    }

    private static HttpResponse<String> exchange(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair otherKeys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(KeyPair pair, String timestamp, String body) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update((timestamp + body).getBytes(UTF_8));
            return HexFormat.of().formatHex(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefused(HttpResponse<String> answer, String why) {
        assertThat(answer.statusCode()).as(why).isEqualTo(401);
        assertThat(answer.body())
                .as(why)
                .isEqualTo(
                        "{\"status\":401,\"title\":\"Unauthorized\",\"detail\":\"this is not signed by Discord, or not now\"}\n");
    }
}
