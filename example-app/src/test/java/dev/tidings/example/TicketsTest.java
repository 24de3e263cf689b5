package dev.tidings.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.StreamReader.Block;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tickets from the bot's webhook to the pages of those who may see them. Each test has a guild and users of its own. */
class TicketsTest {

    private static final AtomicInteger GUILDS = new AtomicInteger(100);

    private static ExampleApp app;
    private static TestBot bot;

    private final String guild = String.valueOf(GUILDS.incrementAndGet());
    private final String alice = "alice" + guild;
    private final String bob = "bob" + guild;

    @BeforeAll
    static void start() {
        app = ExampleApp.start(TestConfig.of(Map.of("PORT", "0", "WEBHOOK_SECRET", TestBot.SECRET)));
        bot = new TestBot(app.address());
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static TestBrowser signIn(String name) {
        return new TestBrowser(app.address()).signIn(name);
    }

    private TestBrowser staff(String name) {
        TestBrowser browser = signIn(name);
        assertThat(bot.send("guild-joined", name, guild)).isEqualTo(202);
        return browser;
    }

    private static StreamReader opened(TestBrowser browser) {
        StreamReader stream = browser.stream();
        stream.next("stream.open");
        return stream;
    }

    /**
     * Opens the stream of somebody whose guild has come by now, and reads what comes of both topics until then: the guild's
     * word of a ticket says nothing of what the user's own topic has still to tell.
     */
    private StreamReader openedWithGuild(TestBrowser browser, String name) {
        StreamReader stream = browser.stream(
                "lastEventId=" + browser.json("/api/guilds").get("cursor").asString());
        stream.next("stream.open");
        tell("ticket-created", "begin", "");
        bot.sendBody("notification", UUID.randomUUID().toString(), "{\"userId\":\"" + name + "\",\"title\":\"begin\"}");
        Set<String> begun = new HashSet<>();
        while (begun.size() < 2) {
            Block block = stream.next();
            if (block.type().equals("notification")
                    || block.type().equals("ticket-created") && id(block).equals("begin")) {
                begun.add(block.type());
            }
        }
        return stream;
    }

    private HttpResponse<String> tell(String type, String ticketId, String more) {
        return bot.sendBody(type, UUID.randomUUID().toString(), ticket(ticketId, more));
    }

    private String ticket(String ticketId, String more) {
        return "{\"guildId\":\"" + guild + "\",\"ticketId\":\"" + ticketId + "\",\"subject\":\"Help " + ticketId + "\""
                + more + "}";
    }

    private static String id(Block block) {
        return block.json().get("ticketId").asString();
    }

    private JsonNode only(TestBrowser browser, String ticketId) {
        return browser.json("/api/tickets?guild=" + guild)
                .get("tickets")
                .valueStream()
                .filter(ticket -> ticket.get("id").asString().equals(ticketId))
                .findFirst()
                .orElseThrow();
    }

    // The bot's webhooks.

    @Test
    void aTicketReachesTheStaffOfItsGuildAndNobodyElse() {
        TestBrowser inside = staff(alice);
        TestBrowser outside = signIn(bob);
        try (StreamReader alices = openedWithGuild(inside, alice);
                StreamReader bobs = opened(outside)) {
            String metadata = "{\"previousState\":null,\"newState\":{\"n\":1.10},\"changedBy\":\"Zo\u00eb\"}";
            assertThat(tell("ticket-created", "t1", ",\"openedBy\":\"Carol\",\"metadata\":" + metadata)
                            .body())
                    .isEqualTo("{\"status\":\"accepted\"}\n");
            Block created = alices.next("ticket-created");
            assertThat(created.guildId()).isEqualTo(guild);
            assertThat(created.json().get("status").asString()).isEqualTo("open");
            assertThat(created.json().get("openedBy").asString()).isEqualTo("Carol");
            assertThat(created.json().has("assignedTo")).isFalse();
            assertThat(created.data()).endsWith(",\"metadata\":" + metadata + "}");

            tell("ticket-updated", "t1", ",\"status\":\"pending\",\"assignedTo\":\"Dave\"");
            assertThat(alices.next("ticket-updated").json().get("assignedTo").asString())
                    .isEqualTo("Dave");
            tell("ticket-closed", "t1", "");
            assertThat(alices.next("ticket-closed").json().get("status").asString())
                    .isEqualTo("closed");
            assertThat(only(inside, "t1").get("openedBy").asString())
                    .as("as before")
                    .isEqualTo("Carol");

            bot.send("guild-left", bob, "of-bob");
            assertThat(bobs.next().type()).as("Bob's first event is his own").isEqualTo("guild-left");
        }
        assertThat(outside.json("/api/tickets").get("tickets")).isEmpty();
    }

    @Test
    void theSameTicketWebhookAgainMakesNoSecondEvent() {
        try (StreamReader stream = openedWithGuild(staff(alice), alice)) {
            bot.sendBody("ticket-created", "again" + guild, ticket("t1", ""));
            assertThat(bot.sendBody("ticket-closed", "again" + guild, ticket("t1", ""))
                            .body())
                    .isEqualTo("{\"status\":\"duplicate\"}\n");
            tell("ticket-updated", "t1", "");
            stream.next("ticket-created");
            assertThat(stream.next("ticket-updated").json().get("status").asString())
                    .isEqualTo("open");
        }
    }

    @Test
    void aTicketOfAGuildThatNobodyHasIsKeptForWhomeverGetsIt() {
        assertThat(tell("ticket-created", "early", "").body()).isEqualTo("{\"status\":\"unknown_guild\"}\n");
        assertThat(only(staff(alice), "early").get("subject").asString()).isEqualTo("Help early");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"guildId\":\"7\",\"ticketId\":\"1\"}|subject is missing",
                "{\"guildId\":\"7\",\"ticketId\":\"a/b\",\"subject\":\"s\"}|ticketId must be letters, digits, hyphens and underscores",
                "{\"guildId\":\"../7\",\"ticketId\":\"1\",\"subject\":\"s\"}|guildId must be letters, digits, hyphens and underscores",
                "{\"guildId\":\"7\",\"ticketId\":\"1\",\"subject\":\"s\",\"status\":7}|status must be a string",
                "{\"guildId\":\"7\",\"ticketId\":\"1\",\"subject\":\"s\",\"assignedTo\":\" \"}|assignedTo must not be blank",
                "{\"guildId\":\"7\",\"ticketId\":\"1\",\"subject\":\"s\",\"metadata\":[]}|metadata must be an object"
            })
    void aMalformedTicketIsRefused(String body, String complaint) {
        HttpResponse<String> response = bot.sendBody("ticket-created", "m", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ticket-created", "ticket-updated", "ticket-closed"})
    void anUnsignedTicketIsRefused(String type) {
        assertThat(bot.sendUnsigned(type, ticket("t1", "")).statusCode()).isEqualTo(401);
    }

    // What the staff does.

    @Test
    void whoClaimsATicketHasItAndTheOthersAreTold() {
        TestBrowser first = staff(alice);
        TestBrowser second = staff(bob);
        tell("ticket-created", "t1", "");
        try (StreamReader seconds = openedWithGuild(second, bob)) {
            HttpResponse<String> claimed = act(first, "t1", "claim");
            assertThat(claimed.statusCode()).isEqualTo(200);
            JsonNode told = seconds.next("ticket-updated").json();
            assertThat(told.get("assignedTo").asString()).isEqualTo(alice);
            assertThat(told.at("/metadata/changedBy").asString()).isEqualTo(alice);
            assertThat(told.at("/metadata/previousState/status").asString()).isEqualTo("open");
            assertThat(told.at("/metadata/newState/status").asString()).isEqualTo("claimed");

            HttpResponse<String> late = act(second, "t1", "claim");
            assertThat(late.statusCode()).isEqualTo(409);
            assertThat(late.body()).contains("the ticket is " + alice + "'s already");
            assertThat(act(second, "t1", "close").statusCode()).isEqualTo(200);
            assertThat(seconds.next("ticket-closed")
                            .json()
                            .at("/metadata/changedBy")
                            .asString())
                    .isEqualTo(bob);
            assertThat(act(first, "t1", "close").statusCode()).isEqualTo(409);
        }
    }

    @Test
    void aTicketOfAGuildOneMayNotSeeIsNotThere() {
        staff(alice);
        tell("ticket-created", "t1", "");
        TestBrowser outside = signIn(bob);
        assertThat(act(outside, "t1", "close").statusCode()).isEqualTo(404);
        assertThat(act(outside, "t1", "close").body())
                .isEqualTo(act(outside, "none", "close").body());
        assertThat(outside.get("/api/tickets?guild=" + guild).statusCode()).isEqualTo(404);
        bot.send("guild-joined", bob, guild);
        assertThat(outside.get("/api/tickets?guild=" + guild).statusCode()).isEqualTo(200);
        bot.send("guild-left", bob, guild);
        assertThat(act(outside, "t1", "close").statusCode()).as("no longer").isEqualTo(404);
        assertThat(outside.json("/api/tickets").get("tickets")).isEmpty();
    }

    @Test
    void whatIsNoActionIsRefused() {
        TestBrowser browser = staff(alice);
        tell("ticket-created", "t1", "");
        assertThat(act(browser, "t1", "explode").statusCode()).isEqualTo(400);
        String path = "/api/tickets/" + guild + "/t1";
        for (String body : List.of("", "[]", "{}", "{\"action\":1}", "{\"action\":\"claim\",\"as\":\"bob\"}")) {
            assertThat(browser.postJson(path, body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(browser.postJson(path, " ".repeat(1025)).statusCode()).isEqualTo(413);
        assertThat(browser.postJson("/api/tickets/" + guild, "{}").statusCode()).isEqualTo(404);
        assertThat(browser.postJson(path + "/more", "{}").statusCode()).isEqualTo(404);
        assertThat(browser.get(path).statusCode()).isEqualTo(405);
        TestBrowser nobody = new TestBrowser(app.address());
        assertThat(act(nobody, "t1", "claim").statusCode()).isEqualTo(401);
        assertThat(nobody.get("/api/tickets").statusCode()).isEqualTo(401);
        assertThat(browser.send(browser.request(path)
                                .header("Origin", "https://evil.example")
                                .POST(BodyPublishers.ofString("{\"action\":\"claim\"}")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(only(browser, "t1").get("status").asString()).isEqualTo("open");
    }

    private HttpResponse<String> act(TestBrowser browser, String ticketId, String action) {
        return browser.postJson("/api/tickets/" + guild + "/" + ticketId, "{\"action\":\"" + action + "\"}");
    }

    // Who may see what, while pages are open.

    @Test
    void aPageThatIsOpenWhenItsUserGainsAGuildGetsTheGuildsTickets() {
        TestBrowser browser = signIn(alice);
        try (StreamReader stream = opened(browser)) {
            bot.send("guild-joined", alice, guild);
            stream.next("guild-joined");
            tell("ticket-created", "t1", "");
            // Before the stream was opened anew it is in the data, afterwards in the stream; a page fetches for `new`.
            Block block = stream.awaitReopened();
            assertThat(block.json().get("new").get(0).asString()).isEqualTo("guild:" + guild);
            assertThat(only(browser, "t1").get("status").asString()).isEqualTo("open");
            tell("ticket-closed", "t1", "");
            Block next = stream.next();
            assertThat(next.type()).isIn("ticket-created", "ticket-closed");
        }
    }

    @Test
    void whoHasLostAGuildGetsNothingMoreOfIt() {
        TestBrowser loser = staff(alice);
        TestBrowser keeper = staff(bob);
        try (StreamReader losers = openedWithGuild(loser, alice);
                StreamReader keepers = openedWithGuild(keeper, bob)) {
            bot.send("guild-left", alice, guild);
            assertThat(tell("ticket-created", "secret", "").body()).contains("accepted");
            assertThat(id(keepers.next("ticket-created"))).isEqualTo("secret");
            bot.send("guild-left", alice, "other"); // by now the secret is out
            assertThat(nextButBegin(losers).guildId()).isEqualTo(guild);
            assertThat(nextButBegin(losers).guildId()).isEqualTo("other");
        }
    }

    /** Skips what the keeper's stream began with, which may come before or after what is about the loser alone. */
    private static Block nextButBegin(StreamReader losers) {
        Block block = losers.next();
        while (block.type().equals("ticket-created")) {
            assertThat(id(block)).isEqualTo("begin");
            block = losers.next();
        }
        assertThat(block.type()).isEqualTo("guild-left");
        return block;
    }

    @Test
    void aNarrowedStreamHasOneGuildAndWhatIsAboutNone() {
        TestBrowser browser = staff(alice);
        bot.send("guild-joined", alice, guild + "-b");
        try (StreamReader stream = browser.stream("guild=" + guild)) {
            stream.next("stream.open");
            bot.sendBody(
                    "ticket-created",
                    UUID.randomUUID().toString(),
                    ticket("t0", "").replace("\"" + guild + "\"", "\"" + guild + "-b\""));
            tell("ticket-created", "t1", "");
            Block block = stream.next();
            while (block.type().equals("guild-joined")) { // if the stream opened before it was published
                block = stream.next();
            }
            assertThat(id(block)).isEqualTo("t1");
        }
        TestBrowser outside = signIn(bob);
        assertThat(outside.status(outside.request("/api/guilds/events?guild=" + guild)))
                .isEqualTo(404);
    }

    @Test
    void ofTooManyGuildsTheSmallestIdsAreInTheStreamAndTheOthersInOneOfTheirOwn() {
        TestBrowser browser = signIn(alice);
        for (int i = 10; i < 80; i++) {
            bot.send("guild-joined", alice, guild + "-" + i);
        }
        String inside = guild + "-72";
        String beyond = guild + "-73";
        String cursor = browser.json("/api/guilds").get("cursor").asString();
        try (StreamReader all = browser.stream("lastEventId=" + cursor);
                StreamReader one = browser.stream("guild=" + beyond)) {
            all.next("stream.open");
            one.next("stream.open");
            for (String id : List.of(beyond, inside)) {
                bot.sendBody(
                        "ticket-created",
                        UUID.randomUUID().toString(),
                        ticket("t1", "").replace("\"" + guild + "\"", "\"" + id + "\""));
            }
            assertThat(firstTicket(all).guildId()).isEqualTo(inside);
            assertThat(firstTicket(one).guildId()).isEqualTo(beyond);
        }
    }

    private static Block firstTicket(StreamReader stream) {
        Block block = stream.next();
        while (block.type().equals("guild-joined")) { // what the relay had not published yet
            block = stream.next();
        }
        assertThat(block.type()).isEqualTo("ticket-created");
        return block;
    }
}
