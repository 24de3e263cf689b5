package dev.tidings.example.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.ExampleApp;
import dev.tidings.example.TestBot;
import dev.tidings.example.TestConfig;
import dev.tidings.example.Waiting;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.testing.ScriptedBackplane;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a person meets it, in a real browser. Each test has a user of its own. */
class GuildsPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final AtomicInteger USERS = new AtomicInteger();

    private static ScriptedBackplane backplane;
    private static ExampleApp app;
    private static TestBot bot;

    private final Profile profile = Chromium.newProfile();
    private final String user = "alice" + USERS.incrementAndGet();
    private final Wire wire = new Wire(app.address(), "/api/guilds/events");

    @BeforeAll
    static void start() {
        backplane = ScriptedBackplane.inMemory(InstantSource.system());
        app = ExampleApp.start(
                TestConfig.of(Map.of("PORT", "0", "HEARTBEAT_SECONDS", "10", "WEBHOOK_SECRET", TestBot.SECRET)),
                EventBroadcaster.builder().backplane(backplane));
        bot = new TestBot(app.address());
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void close() {
        backplane.comeBack();
        try (wire) {
            profile.close();
        }
    }

    private URI page(String path) {
        return wire.address().resolve(path);
    }

    private Tab signedIn() {
        return signIn(user);
    }

    private Tab signIn(String name) {
        return awaitLive(signIn(profile.open(page("/login")), name));
    }

    private static Tab signIn(Tab tab, String name) {
        tab.click("#user");
        tab.type(name);
        tab.follow("form button");
        return tab;
    }

    private static Tab awaitLive(Tab tab) {
        tab.awaitText("#status", "Live");
        tab.await("document.querySelector('.guild-name')");
        return tab;
    }

    private static String firstGuildOf(Tab tab) {
        return tab.eval("document.querySelector('.guild').dataset.guildId").asString();
    }

    /** Tells of a guild that keeps its name, and so its place in the list. */
    private void tell(String type, Tab tab) {
        String body =
                "{\"guildId\":\"" + firstGuildOf(tab) + "\",\"guildName\":\"Book Club\",\"ownerId\":\"" + user + "\"}";
        assertThat(bot.sendBody(type, user + type, body).statusCode()).isEqualTo(202);
    }

    private static void awaitFirstGuild(Tab tab, String state) {
        tab.await("document.querySelector('.guild')?.dataset.state === " + Tab.quoted(state));
    }

    // Installing.

    @Test
    void theBotIsInstalledByTwoClicks() {
        Tab tab = signedIn();
        tab.follow(".guild .button");
        tab.await("!document.getElementById('authorise').disabled");
        tab.follow("#authorise");
        awaitFirstGuild(tab, "installed");
        tab.awaitText("#summary", "The bot is in 1 of 3 guilds.");
        tab.screenshot(SCREENSHOTS.resolve("installed.png"));
    }

    @Test
    void theKeyboardAloneInstallsTheBot() {
        Tab tab = signedIn();
        tabTo(tab, ".guild .button");
        tab.press("Enter");
        tab.await("document.getElementById('authorise')?.disabled === false");
        tabTo(tab, "#authorise");
        tab.press("Enter");
        awaitFirstGuild(tab, "installed");
    }

    private static void tabTo(Tab tab, String selector) {
        String there = "document.activeElement.matches(" + Tab.quoted(selector) + ")";
        for (int i = 0; i < 20 && !tab.eval(there).asBoolean(); i++) {
            tab.press("Tab");
        }
        assertThat(tab.eval(there).asBoolean()).as("%s has the focus", selector).isTrue();
    }

    @Test
    void anInstallOutlivesTheTripToTheConsentPageAndIsConfirmedByItsEvent() {
        Tab tab = signedIn();
        tab.follow(".guild .button");
        tab.go(page("/guilds"));
        tab.awaitText(".guild", "Installing…");
        awaitLive(tab).collectToasts();
        tell("guild-joined", tab);
        awaitFirstGuild(tab, "installed");
        tab.awaitToast("Tidings bot joined Book Club");
        tell("bot-configured", tab);
        awaitFirstGuild(tab, "configured");
        tell("guild-left", tab);
        awaitFirstGuild(tab, "not-installed");
        tab.awaitToast("Tidings bot left Book Club");
    }

    @Test
    void anInstallThatWasCancelledOrRefusedIsUndone() {
        Tab tab = signedIn();
        tab.follow(".guild .button");
        tab.await("!document.getElementById('authorise').disabled");
        tab.follow("#cancel");
        awaitFirstGuild(awaitLive(tab), "not-installed");
        tab.follow(".guild .button");
        tab.go(page("/guilds?error=access_denied"));
        tab.awaitText("#toasts", "The bot was not installed.");
        awaitFirstGuild(tab, "not-installed");
        assertThat(tab.eval("location.search").asString()).isEmpty();
    }

    @Test
    void anInstallThatIsLeftByTheBackButtonIsUndone() {
        Tab tab = signedIn();
        tab.follow(".guild .button");
        tab.await("!document.getElementById('authorise').disabled");
        tab.back();
        tab.await("location.pathname === '/guilds'");
        awaitFirstGuild(tab, "not-installed");
    }

    @Test
    void afterAMinuteThePageSaysThatItStillWaitsAndLetsTheUserCheck() {
        Tab tab = signedIn();
        tab.follow(".guild .button");
        tab.eval("sessionStorage.setItem('tidings.installing',"
                + " JSON.stringify({[new URLSearchParams(location.search).get('guild')]: Date.now() - 59000}))");
        tab.go(page("/guilds"));
        tab.awaitText(".guild", "Still waiting");
        tab.look(360, 740, true);
        tab.screenshot(SCREENSHOTS.resolve("still-waiting.png"));
        tab.collectToasts();
        tab.click(".guild .button");
        tab.awaitToast("The bot is not in Book Club yet.");
        awaitFirstGuild(tab, "not-installed");
    }

    @Test
    void aCheckThatFailsSaysSo() {
        Tab tab = signedIn();
        tab.follow(".guild .button");
        tab.eval("sessionStorage.setItem('tidings.installing',"
                + " JSON.stringify({[new URLSearchParams(location.search).get('guild')]: 0}))");
        tab.go(page("/guilds"));
        tab.awaitText(".guild", "Still waiting");
        awaitLive(tab).collectToasts();
        tab.eval("window.fetch = () => Promise.reject(new TypeError('no network'))");
        tab.click(".guild .button");
        tab.awaitToast("Not done: The server is out of reach.");
    }

    // What happens to guilds.

    @Test
    void aChangeOfSettingsSaysWhoChangedWhat() {
        Tab tab = signedIn();
        String body = "{\"guildId\":\"" + firstGuildOf(tab)
                + "\",\"guildName\":\"Book Club\",\"ownerId\":\"" + user
                + "\",\"metadata\":{\"changedBy\":{\"name\":\"Bob\"},"
                + "\"previousState\":{\"prefix\":\"!\"},\"newState\":{\"prefix\":\"<b>?\"}}}";
        assertThat(bot.sendBody("settings-updated", user, body).statusCode()).isEqualTo(202);
        tab.awaitText("#toasts", "Settings of Book Club were changed by Bob: prefix ! → <b>?");
    }

    @Test
    void whatChangesWhileAnAnswerIsAwaitedIsFetchedAfterIt() {
        Tab tab = signedIn();
        tab.eval(
                "window.real = fetch; window.asked = 0; window.fetch = (url, init) => url === '/api/guilds'"
                        + " && ++asked === 1 ? new Promise(go => window.go = go).then(() => real(url, init)) : real(url, init)");
        tell("guild-joined", tab);
        tab.await("asked === 1");
        tab.collectToasts();
        tell("bot-configured", tab);
        tell("settings-updated", tab);
        tab.awaitToast("Settings of Book Club were changed");
        tab.eval("new Promise(done => setTimeout(done, 500))"); // longer than the page waits for more
        assertThat(tab.eval("asked").asInt())
                .as("while the first is not answered")
                .isOne();
        awaitFirstGuild(tab, "not-installed");
        tab.eval("go()");
        awaitFirstGuild(tab, "configured");
    }

    @Test
    void aTabThatIsSignedOutDoesNotAskAgainAndAgain() {
        Tab tab = signedIn();
        tab.eval("setTimeout = (set => (task, ms, ...more) => set(task, ms / 20, ...more))(setTimeout)");
        tab.eval("window.real = fetch; window.asked = 0; window.fetch = (url, init) => url === '/api/notifications'"
                + " ? (asked++, Promise.resolve(new Response('{}', {status: 401}))) : real(url, init)");
        bot.sendBody("notification", user, "{\"userId\":\"" + user + "\",\"title\":\"Hello\"}");
        tab.await("asked");
        tab.eval("new Promise(done => setTimeout(done, 20_000))"); // by the page's clock: after any retry
        assertThat(tab.eval("asked").asInt()).isOne();
    }

    @Test
    void allTabsAreToldOverOneStream() {
        Tab first = signedIn();
        Tab second = awaitLive(profile.open(page("/guilds")));
        bot.send("guild-joined", user, "7");
        first.awaitText("#guilds", "Guild 7");
        second.awaitText("#guilds", "Guild 7");
        Waiting.until(() -> wire.openStreams() == 1, "one stream is open"); // anew, with the guild in it
    }

    // The truth about the stream.

    @Test
    void aConnectionThatWasLostIsShownAndNothingIsMissed() {
        Tab tab = signedIn().expect("Failed to load resource");
        tab.look(360, 740, false);
        tab.collectToasts();
        tab.eval("Math.random = () => 1"); // half a minute in all, for what follows
        wire.cut(true);
        bot.send("guild-joined", user, "7");
        tab.await("/Reconnecting in \\d+ s/.test(document.getElementById('status').textContent)");
        assertThat(isHidden(tab, "retry")).isTrue();
        tab.screenshot(SCREENSHOTS.resolve("reconnecting.png"));
        wire.cut(false);
        tab.awaitToast("Tidings bot joined Guild 7");
        tab.awaitText("#guilds", "Guild 7");
        tab.awaitText("#status", "Live");
    }

    @Test
    void aPageThatHasGivenUpSaysSoAndOffersToTryAgain() {
        Tab tab = signedIn().expect("Failed to load resource");
        // All delays of the table together are half a minute.
        tab.eval("setTimeout = (set => (task, ms, ...more) => set(task, ms / 20, ...more))(setTimeout)");
        wire.cut(true);
        tab.awaitText("#status", "Stopped");
        tab.awaitText("#summary", "The server is out of reach.");
        tab.screenshot(SCREENSHOTS.resolve("stopped.png"));
        wire.cut(false);
        tabTo(tab, "#retry");
        tab.press("Enter");
        tab.awaitText("#status", "Live");
        tab.awaitText("#summary", "The bot is in 0 of 3 guilds.");
        assertThat(isHidden(tab, "retry")).isTrue();
        assertThat(tab.eval("document.activeElement.id").asString())
                .as("the keyboard's place")
                .isEqualTo("status");
    }

    @Test
    void whatWasLostIsFetchedAgain() {
        Tab tab = signedIn();
        tell("guild-joined", tab);
        awaitFirstGuild(tab, "installed");
        awaitLive(tab);
        tab.eval("dispatchEvent(new Event('pagehide'))");
        String guild = firstGuildOf(tab);
        // More than a log keeps, of a type that this page does not listen to.
        for (int i = 0; i < 300; i++) {
            String body = "{\"guildId\":\"" + guild + "\",\"ticketId\":\"t" + i + "\",\"subject\":\"Help\"}";
            assertThat(bot.sendBody("ticket-created", user + i, body).statusCode())
                    .isEqualTo(202);
        }
        tab.await(
                "fetch('/metrics').then(answer => answer.text()).then(text => /^tidings_outbox_pending 0/m.test(text))");
        int before = fetches(tab);
        tab.eval("dispatchEvent(new Event('pageshow'))");
        Waiting.until(() -> fetches(tab) > before, "the guilds are fetched again");
    }

    private static int fetches(Tab tab) {
        return tab.eval(
                        "performance.getEntriesByType('resource').filter(({name}) => name.endsWith('/api/guilds')).length")
                .asInt();
    }

    @Test
    void aDismissedToastLeavesTheKeyboardAtTheNextOneAndOneThatIsReadStays() {
        Tab tab = signedIn();
        tell("guild-joined", tab);
        tab.awaitText("#toasts", "Tidings bot joined Book Club");
        tabTo(tab, ".toast button");
        for (String type : new String[] {"bot-configured", "guild-left", "settings-updated"}) {
            tell(type, tab);
        }
        tab.awaitText("#toasts", "Settings of Book Club");
        tab.awaitText("#toasts", "Tidings bot joined Book Club");
        tab.press("Enter");
        tab.await("!document.getElementById('toasts').innerText.includes('joined')");
        assertThat(tab.eval("document.activeElement.matches('.toast button')").asBoolean())
                .isTrue();
    }

    @Test
    void updatesThatStopAndComeBackAreToastedOnce() {
        Tab tab = signedIn().expect("Failed to load resource");
        tab.collectToasts();
        tab.eval("setTimeout = (set => (task, ms, ...more) => set(task, ms / 20, ...more))(setTimeout)");
        wire.cut(true);
        tab.await("toasts.length === 1");
        wire.cut(false);
        tab.click("#retry");
        tab.await("toasts.length === 2");
        assertThat(tab.eval("toasts.join()").asString())
                .isEqualTo("Updates have stopped. The server is out of reach.,Updates are back.");
    }

    @Test
    void aFullServerIsNeverShownAsLiveAndIsSaidToBeFull() {
        try (ExampleApp full = ExampleApp.start(TestConfig.of(Map.of("PORT", "0", "MAX_STREAMS", "1")));
                Profile other = Chromium.newProfile()) {
            awaitLive(signIn(other.open(full.address().resolve("/login")), "bob"));
            Tab tab = profile.open(full.address().resolve("/login"));
            tab.onEachPage("window.shown = []; new MutationObserver(() =>"
                    + " shown.push(document.getElementById('status')?.textContent))"
                    + ".observe(document, {subtree: true, childList: true, characterData: true});"
                    + " setTimeout = (set => (task, ms, ...more) => set(task, ms / 20, ...more))(setTimeout)");
            signIn(tab, user);
            tab.awaitText("#status", "Stopped");
            tab.awaitText("#summary", "The server is full at the moment.");
            assertThat(tab.eval("shown.join()").asString())
                    .contains("Reconnecting")
                    .doesNotContain("Live");
        }
    }

    @Test
    void aBackplaneThatIsAwayIsShownAsDelay() {
        Tab tab = signedIn();
        backplane.goAway();
        tab.awaitText("#status", "Updates are delayed");
        backplane.comeBack();
        tab.awaitText("#status", "Live");
    }

    @Test
    void signingOutInOneTabIsShownInTheOthers() {
        Tab first = signedIn();
        Tab second = awaitLive(profile.open(page("/guilds")));
        second.follow("#logout button");
        first.awaitText("#status", "Signed out");
        first.awaitText("#summary", "You are signed out. Sign in");
        assertThat(isHidden(first, "retry")).isTrue();
        first.toFront();
        first.look(360, 740, false);
        first.screenshot(SCREENSHOTS.resolve("signed-out.png"));
        Waiting.until(() -> wire.openStreams() == 0, "no stream is open");
    }

    @Test
    void aTabShowsWhoeverIsSignedInNow() {
        Tab first = signedIn().expect("Failed to load resource");
        signIn("bob");
        first.awaitText("#user", "bob");
    }

    // How it looks.

    @ParameterizedTest
    @CsvSource({
        "360, 740, false",
        "360, 740, true",
        "780, 1024, false",
        "780, 1024, true",
        "1280, 800, false",
        "1280, 800, true"
    })
    void itFitsAnyScreenInLightAndDark(int width, int height, boolean dark) {
        Tab tab = signedIn();
        tab.look(width, height, dark); // before anything flashes in the other one's colours
        bot.send("guild-joined", user, "7");
        tell("bot-configured", tab);
        tab.awaitText("#guilds", "Guild 7");
        tab.awaitText("#guilds", "Configured");
        tab.await("!document.querySelector('.flash')");
        awaitLive(tab);
        assertThat(tab.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
        tab.screenshot(SCREENSHOTS.resolve("guilds-" + width + (dark ? "-dark" : "-light") + ".png"));
    }

    @ParameterizedTest
    @ValueSource(ints = {360, 1280})
    void nothingJumps(int width) {
        Tab tab = signedIn().expect("Failed to load resource");
        tab.look(width, 800, false);
        tab.go(page("/guilds"));
        // Words that change are of other lengths themselves; what is around them stays where it is.
        tab.eval("window.moved = []; new PerformanceObserver(list => list.getEntries().forEach(({sources}) =>"
                + " sources.map(({node}) => node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)"
                + ".filter(node => node && !node.closest('#toasts, .stream, #summary'))"
                + ".forEach(node => moved.push(node.nodeName + ' ' + node.id + ' ' + node.className))))"
                + ".observe({type: 'layout-shift', buffered: true})");
        awaitLive(tab);
        tell("guild-joined", tab);
        awaitFirstGuild(tab, "installed");
        backplane.goAway();
        tab.awaitText("#status", "Updates are delayed");
        backplane.comeBack();
        awaitLive(tab);
        tab.eval("setTimeout = (set => (task, ms, ...more) => set(task, ms / 20, ...more))(setTimeout)");
        wire.cut(true);
        tab.awaitText("#status", "Stopped");
        assertThat(isHidden(tab, "retry")).isFalse();
        wire.cut(false);
        tab.eval("document.getElementById('retry').click()");
        awaitLive(tab);
        tab.eval("document.getElementById('logout').dispatchEvent(new Event('submit'))");
        tab.awaitText("#status", "Signed out");
        tab.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        assertThat(tab.eval("moved.join()").asString()).isEmpty();
    }

    @Test
    void aScreenReaderFindsItsWayAndHearsWhatChanges() {
        Tab tab = signedIn();
        String name = tab.text(".guild-name");
        assertThat(tab.accessible())
                .contains(
                        "banner",
                        "navigation Pages",
                        "main",
                        "heading Your guilds",
                        "list Your guilds",
                        "heading " + name,
                        "link Install bot in " + name,
                        "button Sign out",
                        "status, polite",
                        "log What has just happened, polite");
        assertThat(tab.accessible().stream().filter("listitem"::equals)).hasSize(3);
        tell("guild-joined", tab);
        awaitFirstGuild(tab, "installed");
        assertThat(tab.accessible()).contains("button Dismiss").doesNotContain("link Install bot in " + name);
    }

    private static boolean isHidden(Tab tab, String id) {
        return tab.eval("document.getElementById('" + id + "').hidden").asBoolean();
    }
}
