package dev.tidings.sse.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.sse.Access;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.testing.ManualClock;
import dev.tidings.sse.testing.RecordingConnection;
import dev.tidings.sse.testing.ScriptedBackplane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of what an application does, what a far backplane answers, and the steps of a loop. What each actor
 * does stays in its order; between actors anything goes.
 */
class InterleavingTest {

    private static final Topic TOPIC = Topic.of("user", "42");

    /** A node over a backplane that holds everything back until the interleaving lets it happen. */
    private static final class World {

        final ManualClock time = new ManualClock();
        final MemoryBackplane logs = new MemoryBackplane(time);
        final ScriptedBackplane backplane = new ScriptedBackplane(logs, logs.logTag());
        final SteppedNode node = new SteppedNode(settings -> settings, time, backplane);
        final List<Queue<Runnable>> actors = new ArrayList<>();
        final Interleavings choices;

        World(Interleavings choices) {
            this.choices = choices;
        }

        void hold() {
            backplane.holdAcknowledgements();
            backplane.holdReads();
            backplane.holdEntries();
        }

        void actor(Runnable... actions) {
            actors.add(new ArrayDeque<>(List.of(actions)));
        }

        /** Lets actors, backplane and loop take turns in the order of the choices, until the actors are done. */
        void run() {
            List<Queue<Runnable>> busy = new ArrayList<>(actors);
            while (!busy.isEmpty()) {
                int held = backplane.isHolding() ? 1 : 0;
                int work = node.loop().hasWork() ? 1 : 0;
                int choice = choices.nextInt(busy.size() + held + work);
                if (choice < busy.size()) {
                    busy.get(choice).remove().run();
                    busy.removeIf(Queue::isEmpty);
                } else if (choice == busy.size() && held > 0) {
                    backplane.releaseOne(choices);
                } else {
                    node.loop().step();
                }
            }
            backplane.releaseAll();
            node.settle();
        }
    }

    @Test
    void whatIsPublishedWhileAStreamOpensArrivesFromItsFirstCursorOn() {
        int runs = Interleavings.explore(choices -> {
            World world = new World(choices);
            world.hold();
            RecordingConnection connection = world.node.open(null, Access.to(TOPIC));
            world.actor(connection.stream()::ready);
            world.actor(() -> world.node.publish(TOPIC, "a"), () -> world.node.publish(TOPIC, "b"));

            world.run();

            List<String> received = connection.takeData();
            assertThat(received.get(0)).startsWith("stream.open");
            assertThat(List.of("a", "b"))
                    .endsWith(received.subList(1, received.size()).toArray(String[]::new));
        });
        assertThat(runs).isGreaterThan(500);
    }

    @Test
    void whoResumesWhileOthersPublishGetsEverythingOnceAndInOrder() {
        int runs = Interleavings.explore(choices -> {
            World world = new World(choices);
            String cursor = world.node
                    .delivery
                    .position(List.of(TOPIC))
                    .toCompletableFuture()
                    .join()
                    .text();
            world.node.publish(TOPIC, "a");
            world.hold();
            RecordingConnection connection = world.node.open(cursor, Access.to(TOPIC));
            world.actor(connection.stream()::ready);
            world.actor(() -> world.node.publish(TOPIC, "b"), () -> world.node.publish(TOPIC, "c"));

            world.run();

            List<String> received = connection.takeData();
            assertThat(received.subList(1, received.size())).containsExactly("a", "b", "c");
        });
        assertThat(runs).isGreaterThan(500);
    }

    @Test
    void whoIsCutOffAndComesBackMissesNothing() {
        int runs = Interleavings.explore(choices -> {
            World world = new World(choices);
            RecordingConnection first = world.node.connect(TOPIC);
            List<String> received = new ArrayList<>();
            first.takeData();
            RecordingConnection[] second = new RecordingConnection[1];
            world.actor(
                    () -> {
                        first.disconnect();
                        first.vanish();
                    },
                    () -> {
                        received.addAll(first.takeData());
                        second[0] = world.node.open(first.lastEventId(), Access.to(TOPIC));
                    },
                    () -> second[0].stream().ready());
            world.actor(
                    () -> world.node.publish(TOPIC, "a"),
                    () -> world.node.publish(TOPIC, "b"),
                    () -> world.node.publish(TOPIC, "c"));

            world.run();

            List<String> rest = second[0].takeData();
            received.addAll(rest.subList(1, rest.size()));
            assertThat(received).containsExactly("a", "b", "c");
        });
        assertThat(runs).isGreaterThan(500);
    }

    @Test
    void aRevocationAfterTheDecisionBeganEndsTheStreamWhereverItStands() {
        int runs = Interleavings.explore(choices -> {
            World world = new World(choices);
            world.hold();
            Access.Granted access = Access.to(TOPIC).principal("42");
            RecordingConnection connection = new RecordingConnection();
            StreamRequest.Decision decision = world.node.delivery.streams().beginDecision();
            world.actor(
                    () -> connection.open(world.node.delivery.streams(), new StreamRequest(access, decision, null)),
                    () -> connection.stream().ready());
            world.actor(() -> world.node.delivery.revoke(Revocation.principal("42")));

            world.run();

            assertThat(connection.takeData()).endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
            assertThat(connection.state()).isEqualTo(RecordingConnection.State.ENDED);
        });
        assertThat(runs).isGreaterThan(100);
    }

    @Test
    void whatIsPublishedAfterARevocationIsKeptFromItsStreamsAndFromNobodyElse() {
        int runs = Interleavings.explore(choices -> {
            World world = new World(choices);
            RecordingConnection mine = world.node.connect(null, Access.to(TOPIC).principal("42"));
            RecordingConnection other =
                    world.node.connect(null, Access.to(TOPIC).principal("43"));
            world.actor(
                    () -> world.node.publish(TOPIC, "before"),
                    () -> world.node.delivery.revoke(Revocation.principal("42")),
                    () -> world.node.publish(TOPIC, "secret"),
                    () -> world.node.delivery.revoke(Revocation.principal("44")),
                    () -> world.node.publish(TOPIC, "later"));

            world.run();

            assertThat(mine.takeData())
                    .doesNotContain("secret", "later")
                    .endsWith("stream.close{\"reason\":\"revoked\",\"reconnect\":true}");
            assertThat(other.takeData()).endsWith("before", "secret", "later");
        });
        assertThat(runs).isGreaterThan(100);
    }

    @Test
    void whoeverClosesInTheMiddleOfOpeningLeavesNothingBehind() {
        int runs = Interleavings.explore(choices -> {
            World world = new World(choices);
            world.hold();
            RecordingConnection connection = world.node.open(null, Access.to(TOPIC));
            world.actor(connection.stream()::ready);
            world.actor(connection::disconnect);
            world.actor(() -> world.node.publish(TOPIC, "a"));

            world.run();

            assertThat(world.node.delivery.metrics().activeConnections()).isZero();
            assertThat(world.node.loop().topic(TOPIC)).isNull();
            assertThat(connection.state()).isEqualTo(RecordingConnection.State.OPEN);
        });
        assertThat(runs).isGreaterThan(100);
    }

    @Test
    void aSlowReaderOfATrimmedLogIsToldOnceAndThenGetsWhatIsLeft() {
        int runs = Interleavings.explore(choices -> {
            ManualClock time = new ManualClock();
            ScriptedBackplane backplane = new ScriptedBackplane(new MemoryBackplane(time), 0);
            SteppedNode node = new SteppedNode(
                    settings -> settings.withRetention("", Retention.DEFAULT.maxEntries(Retention.MIN_ENTRIES)),
                    time,
                    backplane);
            RecordingConnection slow = node.connect(TOPIC);
            slow.takeData();
            slow.stopReading();
            for (int i = 0; i < 20; i++) {
                node.publish(TOPIC, "e" + i);
            }
            node.settle();
            backplane.holdReads();
            Queue<Runnable> actions = new ArrayDeque<>();
            actions.add(slow::readAgain);
            for (int i = 20; i < 23; i++) {
                String event = "e" + i;
                actions.add(() -> node.publish(TOPIC, event));
            }
            while (!actions.isEmpty()) {
                boolean held = backplane.isHolding();
                boolean work = node.loop().hasWork();
                int choice = choices.nextInt(1 + (held ? 1 : 0) + (work ? 1 : 0));
                if (choice == 0) {
                    actions.remove().run();
                } else if (choice == 1 && held) {
                    backplane.releaseOne(choices);
                } else {
                    node.loop().step();
                }
            }
            backplane.releaseAll();
            node.settle();

            List<String> received = slow.takeData();
            assertThat(received.get(0)).contains("trimmed");
            assertThat(received.stream().filter(data -> data.startsWith("stream.")))
                    .hasSize(1);
            assertThat(received).endsWith("e20", "e21", "e22");
            assertThat(received.size()).isBetween(1 + 16, 1 + 19);
        });
        assertThat(runs).isGreaterThan(50);
    }
}
