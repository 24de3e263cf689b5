package dev.tidings.example.browser;

import static dev.tidings.example.browser.ClientTab.upTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.example.Waiting;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.testing.ScriptedBackplane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the browser client does when things go wrong, in a real browser before a real server. */
class ClientStatesTest {

    private final Profile profile = Chromium.newProfile();
    private final ScriptedBackplane backplane = ScriptedBackplane.inMemory(InstantSource.system());
    private StreamServer server = new StreamServer(builder -> builder.backplane(backplane));
    private final Wire wire = new Wire(server.address(), "/events");

    @AfterEach
    void close() {
        try (wire;
                StreamServer last = server) {
            profile.close();
        }
    }

    private ClientTab open() {
        return open("{}");
    }

    private ClientTab open(String options) {
        return ClientTab.open(profile, wire.address(), options);
    }

    private void replaceServer() {
        replaceServer(builder -> builder);
    }

    private void replaceServer(UnaryOperator<EventBroadcaster.Builder> settings) {
        StreamServer last = server;
        server = new StreamServer(settings);
        wire.leadTo(server.address());
        last.close();
    }

    // The cursor.

    @Test
    void nothingFallsBetweenThePageAndItsStream() {
        String cursor = server.position();
        server.publish(1);
        ClientTab tab = open("{ lastEventId: " + Tab.quoted(cursor) + " }");
        tab.awaitNumber(1);
        server.publish(2);
        tab.awaitNumber(2);
        assertThat(tab.numbers()).containsExactly(1, 2);
    }

    @Test
    void aCutConnectionLosesNothing() {
        ClientTab tab = open("{ maxAttempts: Infinity }"); // a busy machine may take long to mend it
        tab.awaitState("open");
        server.publish(1);
        tab.awaitNumber(1);
        wire.cut(true);
        server.publish(2);
        tab.awaitPast("waiting(network)");
        wire.cut(false);
        server.publish(3);
        tab.awaitNumber(3);
        assertThat(tab.numbers()).isEqualTo(upTo(3));
        assertThat(tab.gaps()).isEmpty();
    }

    // What the server answers.

    @Test
    void noContentStopsForGood() {
        server.answer(204);
        ClientTab tab = open();
        tab.awaitState("closed(server-stop)");
        tab.tab.eval("dispatchEvent(new Event('online'))");
        tab.askForSomethingElse();
        assertThat(tab.states()).containsExactly("connecting", "closed(server-stop)");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void credentialsAreRenewedOnce() {
        server.answer(401, 200);
        server.answer(401, 401);
        ClientTab tab = open("{ onUnauthorized: () => ++asked }");
        tab.awaitState("failed(content-type)");
        assertThat(tab.tab.eval("asked").asInt()).isOne();
        tab.tab.eval("client.retryNow()");
        tab.awaitState("failed(unauthorized)");
        assertThat(tab.tab.eval("asked").asInt()).isEqualTo(2);
        tab.tab.eval("client.retryNow()");
        tab.awaitState("open");
    }

    @Test
    void aRefusalIsNotRepeated() {
        server.answer(404);
        ClientTab tab = open();
        tab.awaitState("failed(http 404)");
        tab.askForSomethingElse();
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void aStormOfErrorsIsGivenUpAfterFiveRetriesAndTheUserMayGoOn() {
        server.answer(503, 503, 503, 503, 503, 503);
        ClientTab tab = open();
        tab.awaitState("failed(attempts)");
        assertThat(server.asked()).hasSize(6);
        tab.tab.eval("client.retryNow()");
        tab.awaitState("open");
        assertThat(server.asked()).hasSize(7);
    }

    @Test
    void aServerThatIsBusySaysWhenToComeBack() {
        server.answer(503, "Retry-After", "1");
        ClientTab tab = open("{ base: 1 }");
        tab.awaitState("open");
        assertThat(tab.states()).containsExactly("connecting", "waiting(http 503)", "connecting", "open");
        // By the page's clock, so a busy machine can only make it longer.
        assertThat(tab.tab.eval("times[2] - times[1]").asDouble()).isGreaterThanOrEqualTo(990);
    }

    // Connections that die.

    @Test
    void aConnectionThatHasDiedInSilenceIsFound() {
        replaceServer(builder -> builder.heartbeat(Duration.ofSeconds(1)));
        ClientTab tab = open("{ maxAttempts: Infinity }");
        tab.awaitState("open");
        server.publish(1);
        tab.awaitNumber(1);
        wire.swallow();
        server.publish(2);
        tab.awaitPast("waiting(heartbeat)");
        tab.awaitNumber(2);
        assertThat(tab.numbers()).isEqualTo(upTo(2));
    }

    @Test
    void offlineIsShownAndWhatStillComesIsRead() {
        ClientTab tab = open();
        tab.awaitState("open");
        tab.tab.offline(true);
        tab.awaitState("offline");
        server.publish(1);
        tab.awaitNumber(1);
        tab.tab.offline(false);
        tab.awaitState("open");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void aConnectionLostWhileOfflineIsThereAgainWithTheNetwork() {
        ClientTab tab = open("{ cap: 3600000 }");
        tab.awaitState("open");
        tab.tab.offline(true);
        wire.cutOnce();
        tab.awaitState("offline(network)");
        server.publish(1);
        tab.tab.offline(false);
        tab.awaitNumber(1);
        tab.awaitState("open");
    }

    @Test
    void aServerThatDiedIsFoundAgainAndItsGapTold() {
        ClientTab tab = open("{ maxAttempts: Infinity }");
        tab.awaitState("open");
        server.publish(1);
        tab.awaitNumber(1);
        wire.cut(true);
        tab.awaitPast("waiting(network)");
        replaceServer();
        wire.cut(false);
        tab.tab.await("gaps.length");
        server.publish(2);
        tab.awaitNumber(2);
        assertThat(tab.gaps()).containsExactly("reset");
    }

    @Test
    void aDrainedStreamGoesOnElsewhere() {
        ClientTab tab = open("{ maxAttempts: Infinity }");
        tab.awaitState("open");
        replaceServer();
        tab.awaitPast("waiting(drain)");
        Waiting.until(() -> !server.asked().isEmpty(), "it has come to the other server");
        tab.awaitState("open");
        server.publish(1);
        tab.awaitNumber(1);
    }

    // What the server says.

    @Test
    void aBackplaneThatIsAwayIsShownAsStale() {
        ClientTab tab = open();
        tab.awaitState("open");
        server.publish(1);
        tab.awaitNumber(1);
        backplane.goAway();
        tab.tab.await("client.snapshot.stale");
        wire.cutOnce();
        tab.awaitPast("waiting(network)");
        tab.tab.await("client.snapshot.stale");
        assertThat(tab.tab.eval("client.snapshot.state").asString()).isEqualTo("open");
        backplane.comeBack();
        tab.tab.await("!client.snapshot.stale");
        server.publish(2);
        tab.awaitNumber(2);
        assertThat(tab.numbers()).isEqualTo(upTo(2));
    }

    @Test
    void aReplacedTabStaysQuietUntilTheUserAsks() {
        replaceServer(builder -> builder.maxStreamsPerPrincipal(1));
        ClientTab first = open("{ hiddenGrace: Infinity }");
        first.awaitState("open");
        ClientTab second = open("{ hiddenGrace: Infinity }");
        first.awaitState("closed(replaced)");
        second.awaitState("open"); // room is made for it before it has begun
        first.tab.toFront();
        first.tab.await("document.visibilityState === 'visible'");
        server.publish(1);
        second.awaitNumber(1);
        first.askForSomethingElse();
        assertThat(server.asked()).as("it has not come back by itself").hasSize(2);
        first.tab.eval("client.retryNow()");
        first.awaitState("open");
        second.awaitState("closed(replaced)");
    }

    @Test
    void aRevokedStreamEndsSignedOut() {
        ClientTab tab = open();
        tab.awaitState("open");
        server.answer(401);
        server.broadcaster
                .revoke(Revocation.sessionId("s1"))
                .toCompletableFuture()
                .join();
        tab.awaitState("failed(unauthorized)");
        assertThat(tab.states()).contains("waiting(revoked)");
    }

    // The page.

    @Test
    void aHiddenPageLetsGoOfItsStreamAndResumesWhenItIsSeen() {
        ClientTab tab = open("{ hiddenGrace: 100 }");
        tab.awaitState("open");
        server.publish(1);
        tab.awaitNumber(1);
        Tab other = profile.open(wire.address().resolve("/page"));
        tab.awaitState("paused(hidden)");
        awaitNoStream();
        server.publish(2);
        tab.tab.toFront();
        tab.awaitNumber(2);
        assertThat(tab.numbers()).isEqualTo(upTo(2));
        other.close();
    }

    @Test
    void aFrozenPageHasNoStreamAndMissesNothing() {
        ClientTab tab = open();
        tab.awaitState("open");
        profile.open(wire.address().resolve("/page"));
        tab.tab.freeze();
        awaitNoStream();
        server.publish(1);
        tab.tab.thaw();
        tab.tab.toFront();
        tab.awaitNumber(1);
        assertThat(tab.states()).contains("paused(hidden)");
    }

    @Test
    void aPageInTheBackForwardCacheHasNoStreamAndMissesNothing() {
        for (String options : new String[] {"{}", "{ share }"}) {
            ClientTab tab = open(options);
            tab.awaitState("open");
            server.publish(1);
            tab.awaitNumber(1);
            tab.tab.go(server.address().resolve("/page")); // another origin
            awaitNoStream();
            server.publish(2);
            tab.tab.back();
            tab.awaitNumber(2);
            assertThat(tab.tab.eval("cameFromCache").asBoolean()).isTrue();
            assertThat(tab.numbers()).containsExactly(1, 2);
            assertThat(tab.gaps()).isEmpty();
            tab.tab.close();
        }
    }

    private void awaitNoStream() {
        Waiting.until(() -> wire.openStreams() == 0, "no stream is open");
    }
}
