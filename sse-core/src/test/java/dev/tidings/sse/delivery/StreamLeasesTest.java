package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.sse.Access;
import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Presence;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.RecordingConnection.State;
import dev.tidings.sse.testing.ScriptedBackplane;
import dev.tidings.sse.testing.ServerSentEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What nodes know of each other's streams. */
class StreamLeasesTest {

    private static final Topic GUILD = Topic.of("guild", "7");
    private static final Topic USER = Topic.of("user", "42");
    private static final Access.Granted MINE = Access.to(GUILD, USER).principal("42");

    private final ManualClock time = new ManualClock();
    private final MemoryBackplane logs = new MemoryBackplane(time);
    private final ScriptedBackplane network = new ScriptedBackplane(logs, 0);
    private final SteppedNode here = node(network);
    private final SteppedNode there = node(new ScriptedBackplane(logs, 0));

    // The limit.

    @Test
    void theOldestStreamOfAPrincipalMakesRoomOnWhateverNodeItIs() {
        RecordingConnection oldest = there.connect(null, MINE);
        RecordingConnection second = here.connect(null, MINE);
        RecordingConnection another = there.connect(null, Access.to(USER).principal("43"));

        RecordingConnection third = here.connect(null, MINE);
        there.settle();

        ServerSentEvent close = last(oldest);
        assertThat(close.data()).isEqualTo("{\"reason\":\"replaced\",\"reconnect\":false}");
        assertThat(there.delivery.streams().isClosedCursor(close.lastEventId())).isTrue();
        assertThat(List.of(second, third, another))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(State.OPEN));
    }

    @Test
    void aStreamThatEndedMakesRoomOnEveryNode() {
        there.connect(null, MINE).disconnect();
        there.settle();
        RecordingConnection first = here.connect(null, MINE);
        RecordingConnection second = here.connect(null, MINE);

        assertThat(List.of(first, second))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(State.OPEN));
    }

    @Test
    void aStreamThatIsReplacedWhileItOpensNeverDoes() {
        network.holdAcknowledgements();
        RecordingConnection opening =
                here.connect(null, Access.to(Topic.of("guild", "8")).principal("42"));
        there.connect(null, MINE);
        there.connect(null, MINE);

        network.releaseAcknowledgements();
        here.settle();

        assertThat(opening.take()).extracting(ServerSentEvent::type).containsExactly("stream.close");
    }

    @Test
    void whileTheBackplaneIsAwayTheLimitIsPerNode() {
        RecordingConnection elsewhere = there.connect(null, MINE);
        network.goAway();
        RecordingConnection first = here.connect(null, MINE);
        here.connect(null, MINE);
        here.connect(null, MINE);
        there.settle();

        assertThat(elsewhere.state()).isEqualTo(State.OPEN);
        assertThat(first.state()).isEqualTo(State.ENDED);
    }

    @Test
    void whoOpenedMeanwhileCountsWhenTheBackplaneIsBack() {
        RecordingConnection elsewhere = there.connect(null, MINE);
        network.goAway();
        RecordingConnection meanwhile = here.connect(null, MINE);
        network.comeBack();
        here.settle();

        RecordingConnection later = here.connect(null, MINE);
        there.settle();

        assertThat(elsewhere.state()).isEqualTo(State.ENDED);
        assertThat(List.of(meanwhile, later))
                .allSatisfy(each -> assertThat(each.state()).isEqualTo(State.OPEN));
    }

    // Presence.

    @Test
    void presenceCountsTheConnectionsOfAllNodes() {
        here.connect(null, MINE);
        there.connect(null, MINE);
        there.connect(null, Access.to(GUILD).principal("43"));
        there.connect(GUILD);
        there.connect(USER);

        assertThat(presence()).isEqualTo(new Presence(Map.of("42", 2, "43", 1), 1));
        assertThat(presence().isPresent("42")).isTrue();
    }

    @Test
    void whoLeavesIsNotPresentAnyMore() {
        RecordingConnection first = here.connect(null, MINE);
        there.connect(null, MINE);
        first.disconnect();
        here.settle();

        assertThat(presence()).isEqualTo(new Presence(Map.of("42", 1), 0));
    }

    @Test
    void whoIsRefusedIsNotPresent() {
        SteppedNode full = new SteppedNode(
                settings -> settings.withPresence("guild:").withMaxStreams(1), time, new ScriptedBackplane(logs, 0));
        full.connect(null, MINE);
        full.connect(null, MINE);

        assertThat(presence()).isEqualTo(new Presence(Map.of("42", 1), 0));
    }

    @Test
    void presenceFailsWhileTheBackplaneIsAway() {
        network.goAway();

        assertThatThrownBy(this::presence)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(BackplaneUnavailableException.class);
    }

    @Test
    void presenceIsToldOfTopicsAloneOfWhichItIsKept() {
        assertThatThrownBy(() -> here.delivery.presence(USER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user:42");
    }

    @Test
    void presenceNeedsABackplaneWithLeases() {
        ControlAwayBackplane backplane = new ControlAwayBackplane(logs);
        EventBroadcaster.Builder builder =
                EventBroadcaster.builder().backplane(backplane).presence("guild:");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("presence")
                .hasMessageContaining("guild:");
        assertThat(backplane.isControlFollowed())
                .as("nobody would end what was followed")
                .isFalse();
    }

    private Presence presence() {
        return here.delivery.presence(GUILD).toCompletableFuture().join();
    }

    private SteppedNode node(ScriptedBackplane backplane) {
        return new SteppedNode(
                settings -> settings.withMaxStreamsPerPrincipal(2).withPresence("guild:"), time, backplane);
    }

    private static ServerSentEvent last(RecordingConnection connection) {
        List<ServerSentEvent> all = connection.take();
        return all.get(all.size() - 1);
    }
}
