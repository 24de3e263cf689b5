package dev.tidings.example.browser;

import static dev.tidings.example.browser.ClientTab.upTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.Waiting;
import dev.tidings.sse.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One stream for all tabs, in a real browser before a real server. */
class SharedTabsTest {

    // Tabs that are behind another one take part for as long as the test lasts.
    private static final String SHARED = "{ share, lastEventId: '%s', hiddenGrace: Infinity }";
    private static final long LOAD_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Profile profile = Chromium.newProfile();
    // Remembers all that a test publishes, however long a tab takes to come back.
    private final StreamServer server =
            new StreamServer(builder -> builder.retention(Retention.DEFAULT.maxEntries(10_000)));
    private final Wire wire = new Wire(server.address(), "/events");

    @AfterEach
    void close() {
        try (wire;
                server) {
            profile.close();
        }
    }

    private ClientTab open() {
        return open(SHARED.formatted(server.position()));
    }

    private ClientTab open(String options) {
        ClientTab tab = ClientTab.open(profile, wire.address(), options);
        tab.awaitState("open");
        return tab;
    }

    private List<ClientTab> open(int count) {
        List<ClientTab> tabs = new ArrayList<>();
        while (tabs.size() < count) {
            tabs.add(open());
        }
        return tabs;
    }

    @Test
    void tenTabsHaveOneSocket() {
        List<ClientTab> tabs = open(10);
        server.publish(1);
        for (ClientTab tab : tabs) {
            tab.awaitNumber(1);
        }
        assertThat(wire.streamsBegun()).isOne();
        assertThat(wire.openStreams()).isOne();
        assertThat(tabs.stream().filter(ClientTab::leads)).hasSize(1);
    }

    @Test
    void aHundredChangesOfTheLeaderUnderLoadLoseNothingAndRepeatNothing() throws Exception {
        List<ClientTab> tabs = open(4);
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> published = CompletableFuture.supplyAsync(() -> publishUntil(enough));
        for (int change = 0; change < 100; change++) {
            ClientTab leader = leaderOf(tabs);
            leader.awaitState("open");
            String leave = change % 2 == 0 ? "client.close()" : "dispatchEvent(new Event('pagehide'))";
            leader.tab.eval(leave + ", client.start()");
            Waiting.until(() -> !leader.leads(), "another tab leads");
        }
        enough.set(true);
        int last = published.get(30, TimeUnit.SECONDS);
        for (ClientTab tab : tabs) {
            tab.awaitNumber(last);
            assertThat(tab.numbers()).isEqualTo(upTo(last));
            assertThat(tab.gaps()).isEmpty();
        }
        assertThat(wire.streamsBegun()).isGreaterThan(100);
        awaitOneStream();
    }

    @Test
    void aLeaderThatCrashesIsSucceeded() {
        List<ClientTab> tabs = open(3);
        ClientTab leader = leaderOf(tabs);
        server.publish(1);
        tabs.forEach(tab -> tab.awaitNumber(1));
        leader.tab.crash();
        tabs.remove(leader);
        server.publish(2);
        for (ClientTab tab : tabs) {
            tab.awaitNumber(2);
            assertThat(tab.numbers()).isEqualTo(upTo(2));
        }
    }

    @Test
    void aLeaderWhosePageStandsStillIsSucceededAndFollowsWhenItGoesOn() {
        ClientTab still = open();
        ClientTab other = open();
        assertThat(still.leads()).isTrue();
        // It asks the leader each second or two instead of each ten or twenty, from when the page looks after it.
        other.tab.eval("setTimeout = (set => (task, ms, ...more) => set(task, ms / 10, ...more))(setTimeout),"
                + " document.dispatchEvent(new Event('visibilitychange'))");
        still.tab.standStill();
        server.publish(1);
        other.awaitNumber(1);
        other.tab.await("client.snapshot.role === 'leader'");
        server.publish(2);
        other.awaitNumber(2);
        still.tab.goOn();
        still.awaitNumber(2);
        still.awaitState("open");
        for (ClientTab tab : List.of(still, other)) {
            assertThat(tab.numbers()).isEqualTo(upTo(2));
            assertThat(tab.gaps()).isEmpty();
        }
        assertThat(still.leads()).isFalse();
        awaitOneStream();
    }

    @Test
    void aLeaderThatIsHiddenGivesWayToTheTabInFront() {
        ClientTab first = open("{ share, hiddenGrace: 100 }");
        assertThat(first.leads()).isTrue();
        ClientTab second = open("{ share, hiddenGrace: 100 }");
        Waiting.until(second::leads, "the tab in front leads");
        server.publish(1);
        second.awaitNumber(1);
        first.awaitNumber(1);
        awaitOneStream();
    }

    @Test
    void aFrozenTabGetsFromTheLeaderWhatItMissed() {
        ClientTab frozen = open();
        ClientTab other = open();
        frozen.tab.freeze();
        Waiting.until(other::leads, "the other tab leads");
        server.publish(1);
        server.publish(2);
        other.awaitNumber(2);
        frozen.tab.thaw();
        frozen.tab.toFront();
        frozen.awaitNumber(2);
        assertThat(frozen.numbers()).isEqualTo(upTo(2));
        assertThat(frozen.gaps()).isEmpty();
        awaitOneStream();
    }

    @Test
    void signingOutInOneTabEndsTheStreamOfAll() {
        List<ClientTab> tabs = open(3);
        tabs.get(2).tab.eval("client.signOut()");
        tabs.forEach(tab -> tab.awaitState("failed(unauthorized)"));
        Waiting.until(() -> wire.openStreams() == 0, "no stream is open");
        assertThat(wire.streamsBegun()).isOne();
    }

    @Test
    void aStopForGoodIsOneForAllTabsUntilTheUserAsksInAnyOfThem() {
        List<ClientTab> tabs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            server.answer(204);
            ClientTab tab = ClientTab.open(profile, wire.address(), "{ share, hiddenGrace: Infinity }");
            tab.awaitState("closed(server-stop)");
            tabs.add(tab);
        }
        int asked = server.asked().size();
        ClientTab leader = leaderOf(tabs);
        tabs.remove(leader);
        leader.tab.close();
        Waiting.until(() -> tabs.stream().anyMatch(ClientTab::leads), "another tab leads");
        tabs.forEach(ClientTab::askForSomethingElse);
        assertThat(server.asked()).as("and does not ask again by itself").hasSize(asked);
        tabs.stream().filter(tab -> !tab.leads()).findFirst().orElseThrow().tab.eval("client.retryNow()");
        tabs.forEach(tab -> tab.awaitState("open"));
        assertThat(wire.openStreams()).isOne();
    }

    /** Whoever lets go of a stream does not wait until the wire has noticed. */
    private void awaitOneStream() {
        Waiting.until(() -> wire.openStreams() == 1, "one stream is left");
    }

    private int publishUntil(AtomicBoolean enough) {
        int number = 0;
        while (!enough.get()) {
            server.publish(++number);
            LockSupport.parkNanos(LOAD_PAUSE_NANOS);
        }
        return number;
    }

    private static ClientTab leaderOf(List<ClientTab> tabs) {
        Waiting.until(() -> tabs.stream().anyMatch(ClientTab::leads), "a tab leads");
        return tabs.stream().filter(ClientTab::leads).findFirst().orElseThrow();
    }
}
