package dev.tidings.example.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.ExampleApp;
import dev.tidings.example.TestBot;
import dev.tidings.example.TestConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tickets, team, bell and appearance as people meet them. Each test has a guild and users of its own. */
class TicketsPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final AtomicInteger GUILDS = new AtomicInteger(100);

    private static ExampleApp app;
    private static TestBot bot;

    private final Profile hers = Chromium.newProfile();
    private final Profile his = Chromium.newProfile();
    private final String guild = String.valueOf(GUILDS.incrementAndGet());
    private final String alice = "alice" + guild;
    private final String bob = "bob" + guild;

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

    @AfterEach
    void close() {
        try (his) {
            hers.close();
        }
    }

    private static Tab signIn(Profile profile, String name) {
        Tab tab = profile.open(app.address().resolve("/login"));
        tab.click("#user");
        tab.type(name);
        tab.follow("form button");
        tab.awaitText("#status", "Live");
        return tab;
    }

    /** Somebody of the staff, at the tickets. */
    private Tab staff(Profile profile, String name) {
        Tab tab = signIn(profile, name);
        assertThat(bot.send("guild-joined", name, guild)).isEqualTo(202);
        return tickets(tab);
    }

    private static Tab tickets(Tab tab) {
        tab.go(app.address().resolve("/tickets"));
        tab.awaitText("#status", "Live");
        tab.await("document.querySelector('#tickets').getAttribute('aria-busy') === 'false'");
        return tab;
    }

    private void tell(String type, String ticketId, String subject) {
        String body = "{\"guildId\":\"" + guild + "\",\"ticketId\":\"" + ticketId + "\",\"subject\":"
                + Tab.quoted(subject) + ",\"openedBy\":\"Carol\"}";
        assertThat(bot.sendBody(type, UUID.randomUUID().toString(), body).statusCode())
                .isEqualTo(202);
    }

    private String row(String ticketId) {
        return "[data-ticket='" + guild + "/" + ticketId + "']";
    }

    // Tickets.

    @Test
    void aTicketAppearsByItselfAndItsTextIsNoMarkup() {
        Tab tab = staff(hers, alice);
        tab.awaitText("#summary", "0 tickets are open.");
        tab.collectToasts();
        tab.eval("window.flashed = []; new MutationObserver(changes => changes.forEach(({target}) =>"
                + " target.matches('.flash') && flashed.push(target.dataset.ticket)))"
                + ".observe(document.getElementById('tickets'), {subtree: true, attributeFilter: ['class']})");
        tell("ticket-created", "t1", "<img src=x onerror=alert(1)> & co");
        tab.awaitText(row("t1"), "<img src=x onerror=alert(1)> & co");
        tab.awaitText(row("t1"), "from Carol");
        tab.await("flashed.includes('" + guild + "/t1')");
        tab.awaitToast("New ticket: <img");
        tab.awaitText("#summary", "1 ticket is open.");
        tell("ticket-closed", "t1", "Solved");
        tab.awaitText(row("t1"), "Closed");
    }

    @Test
    void whoClaimsATicketIsSeenByTheOthersAtOnce() {
        Tab first = staff(hers, alice);
        Tab second = staff(his, bob);
        first.collectToasts();
        second.collectToasts();
        tell("ticket-created", "t1", "Help");
        first.click(row("t1") + " .claim");
        first.awaitText(row("t1"), alice + " sees to it");
        second.awaitText(row("t1"), alice + " sees to it");
        second.awaitText(row("t1"), "Claimed");
        second.awaitToast("Ticket was changed by " + alice);
        second.screenshot(SCREENSHOTS.resolve("claimed.png"));
        second.click(row("t1") + " .close");
        first.awaitText(row("t1"), "Closed");
        first.awaitToast("Ticket was closed by " + bob);
        first.awaitText("#summary", "0 tickets are open.");
    }

    @Test
    void whatTheServerRefusesIsTakenBack() {
        Tab tab = staff(hers, alice).expect("status of 409");
        tell("ticket-created", "t1", "Help");
        tab.await("document.querySelector(" + Tab.quoted(row("t1") + " .claim") + ")");
        // The page's answer is held back, so that what it shows meanwhile can be seen; somebody else is faster.
        tab.eval(
                "window.real = fetch; window.fetch = (url, init) => init?.method === 'POST'"
                        + " ? new Promise(go => window.go = go).then(() => real(url, {...init, signal: undefined})) : real(url, init)");
        tab.click(row("t1") + " .claim");
        tab.awaitText(row("t1"), alice + " sees to it");
        tab.await("window.go");
        tell("ticket-closed", "t1", "Help");
        tab.awaitText("#toasts", "Ticket was closed");
        tab.awaitText(row("t1"), alice + " sees to it"); // still not known to be wrong
        tab.eval("go()");
        tab.awaitText("#toasts", "Not done: the ticket is closed already");
        tab.awaitText(row("t1"), "Closed");
        assertThat(tab.text(row("t1"))).doesNotContain("sees to it");
    }

    @Test
    void aPageThatIsOpenWhenItsUserGainsAGuildShowsItsTickets() {
        Tab tab = tickets(signIn(hers, alice));
        tell("ticket-created", "t1", "Early");
        assertThat(bot.send("guild-joined", alice, guild)).isEqualTo(202);
        tab.awaitText(row("t1"), "Early");
        tell("ticket-created", "t2", "Late");
        tab.awaitText(row("t2"), "Late");
        tab.awaitText("#status", "Live");
        bot.send("guild-left", alice, guild);
        tab.awaitText("#empty", "No tickets");
        tell("ticket-created", "t3", "Secret");
        bot.send("guild-joined", alice, guild + "-b");
        tab.await("[...document.querySelectorAll('#filter option')].some(o => o.text === 'Guild " + guild + "-b')");
        assertThat(tab.text("body")).doesNotContain("Secret");
    }

    @Test
    void aGuildCanBeChosen() {
        Tab tab = staff(hers, alice);
        bot.send("guild-joined", alice, guild + "-b");
        tell("ticket-created", "t1", "Here");
        tab.awaitText(row("t1"), "Here");
        tab.await("document.querySelectorAll('#filter option').length === 3");
        choose(tab, "filter", guild + "-b");
        tab.awaitText("#empty", "No tickets");
        tell("ticket-updated", "t1", "Still here");
        choose(tab, "filter", guild);
        tab.awaitText(row("t1"), "Still here");
        tab.reload();
        tab.awaitText(row("t1"), "Still here");
        assertThat(tab.eval("document.getElementById('filter').value").asString())
                .isEqualTo(guild);
    }

    /** As a person can: once there is something to choose from. */
    private static void choose(Tab tab, String id, String value) {
        tab.await("!document.getElementById('" + id + "').disabled");
        tab.eval("{ const e = document.getElementById('" + id + "'); e.value = " + Tab.quoted(value)
                + "; e.dispatchEvent(new Event('change')); }");
    }

    // Who is here.

    @Test
    void whoIsHereIsShownAndWhoGoesAwaySaysSo() {
        Tab first = staff(hers, alice);
        first.await(member(alice, "online"));
        Tab second = staff(his, bob);
        first.await(member(bob, "online"));
        second.await(member(alice, "online"));
        second.click("#away");
        first.await(member(bob, "away"));
        second.awaitText("#away", "I am back");
        second.click("#away");
        first.await(member(bob, "online"));
        second.close();
        first.await(member(bob, "offline"));
        first.screenshot(SCREENSHOTS.resolve("team.png"));
    }

    private static String member(String name, String status) {
        return "[...document.querySelectorAll(\".member[data-status='" + status + "']\")]"
                + ".some(member => member.textContent.includes('" + name + "'))";
    }

    // The bell.

    @Test
    void theBellRingsInAllTabsAndIsReadInAll() {
        Tab first = signIn(hers, alice);
        Tab second = tickets(hers.open(app.address().resolve("/tickets")));
        bot.sendBody("notification", "n" + guild, "{\"userId\":\"" + alice + "\",\"title\":\"<b>Hello</b>\"}");
        first.awaitText("#unread", "1");
        second.awaitText("#unread", "1");
        second.awaitText("#toasts", "<b>Hello</b>");
        second.click("#bell summary");
        second.awaitText("#notifications", "<b>Hello</b>");
        second.screenshot(SCREENSHOTS.resolve("bell.png"));
        second.click("#mark-read");
        first.await("document.getElementById('unread').hidden");
        second.await("document.getElementById('unread').hidden");
        second.press("Escape");
        second.await("!document.getElementById('bell').open");
    }

    // Appearance.

    @Test
    void aThemeIsTheSameInAllTabsAndOnAllDevices() {
        Tab first = signIn(hers, alice);
        Tab second = tickets(hers.open(app.address().resolve("/tickets")));
        Tab device = signIn(his, alice);
        choose(second, "theme", "dark");
        for (Tab tab : new Tab[] {first, second, device}) {
            tab.await("document.documentElement.dataset.theme === 'dark'");
            tab.await("getComputedStyle(document.body).backgroundColor === 'rgb(14, 22, 25)'");
        }
        device.click("#settings summary");
        device.click("#compact");
        first.await("document.documentElement.hasAttribute('data-compact')");
        first.await("document.getElementById('compact').checked");
        device.toFront();
        device.screenshot(SCREENSHOTS.resolve("settings.png"));
        device.reload();
        assertThat(device.eval("document.documentElement.dataset.theme").asString())
                .as("from the first paint on")
                .isEqualTo("dark");
        device.follow("#logout button");
        assertThat(device.eval("document.documentElement.dataset.theme").asString())
                .isEqualTo("dark");
    }

    @Test
    void whoChangesWhatAnotherDeviceHasJustChangedIsToldAndNothingIsOverwritten() {
        Tab first = signIn(hers, alice).expect("status of 412");
        Tab device = signIn(his, alice);
        first.eval(
                "window.real = fetch; window.fetch = (url, init) => init?.method === 'PUT'"
                        + " ? new Promise(go => window.go = go).then(() => real(url, {...init, signal: undefined})) : real(url, init)");
        choose(first, "theme", "dark");
        first.await("window.go");
        first.await("document.documentElement.dataset.theme === 'dark'");
        choose(device, "theme", "light");
        first.await("document.documentElement.dataset.theme === 'light'");
        first.eval("go()");
        first.awaitText("#toasts", "you changed this on another device just now");
        first.await("document.getElementById('theme').value === 'light'");
        assertThat(device.eval("document.documentElement.dataset.theme").asString())
                .isEqualTo("light");
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
    void itFitsAnyScreen(int width, int height, boolean dark) {
        Tab tab = staff(hers, alice);
        tab.look(width, height, dark);
        tell("ticket-created", "t1", "The bot does not answer when somebody says hello in the channel for new members");
        tell("ticket-created", "t2", "Ban appeal");
        tell("ticket-closed", "t3", "Solved");
        tab.awaitText(row("t3"), "Closed");
        tab.click(row("t2") + " .claim");
        tab.awaitText(row("t2"), alice);
        tab.await(member(alice, "online"));
        tab.await("!document.querySelector('.flash')");
        tab.awaitText("#status", "Live");
        assertThat(tab.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
        String look = width + (dark ? "-dark" : "-light") + ".png";
        tab.screenshot(SCREENSHOTS.resolve("tickets-" + look));
        tab.click("#bell summary");
        tab.screenshot(SCREENSHOTS.resolve("tickets-bell-" + look));
        assertThat(tab.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
    }
}
