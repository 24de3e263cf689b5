package dev.tidings.sse.redis;

import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.memory.MemoryBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import dev.tidings.sse.testing.ScriptedBackplane;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nodes joined by logs in this process, far away as told: the torture test without Redis, which shows that the test itself
 * asks for nothing that cannot be had.
 */
final class MemoryWorld implements TortureWorld {

    private final Backplane logs = new MemoryBackplane(InstantSource.system());
    private final Map<Integer, ScriptedBackplane> nodes = new ConcurrentHashMap<>();

    @Override
    public Backplane join(int node) {
        ScriptedBackplane joined = new ScriptedBackplane(new Shared(logs), 0);
        nodes.put(node, joined);
        return joined;
    }

    @Override
    public Backplane observe() {
        return new Shared(logs);
    }

    @Override
    public List<Function<Random, Mischief>> mischief() {
        return List.of(
                random -> lasting(random, "away", ScriptedBackplane::goAway, ScriptedBackplane::comeBack),
                random -> lasting(random, "losing entries", node -> node.loseEntries(true), node -> {
                    node.loseEntries(false);
                    node.diverge();
                }),
                random -> lasting(
                        random, "holding entries", ScriptedBackplane::holdEntries, ScriptedBackplane::releaseEntries),
                random -> lasting(
                        random, "holding appends", ScriptedBackplane::holdAppends, ScriptedBackplane::releaseAppends),
                random ->
                        lasting(random, "holding reads", ScriptedBackplane::holdReads, ScriptedBackplane::releaseReads),
                random -> lasting(random, "losing answers", node -> node.loseNextAnswers(5), node -> {}),
                random -> lasting(random, "failing appends", node -> node.failNextAppends(5), node -> {}),
                random -> lasting(random, "failing reads", node -> node.failNextReads(5), node -> {}));
    }

    @Override
    public void heal() {
        nodes.values().forEach(node -> {
            node.loseNextAnswers(0);
            node.failNextAppends(0);
            node.failNextReads(0);
            node.releaseAll();
        });
    }

    @Override
    public boolean cutOff(int node) {
        nodes.get(node).goAway();
        return true;
    }

    @Override
    public void rejoin(int node) {
        nodes.get(node).comeBack();
    }

    @Override
    public boolean loses() {
        return false;
    }

    @Override
    public void close() {
        logs.close();
    }

    private Mischief lasting(
            Random random, String what, Consumer<ScriptedBackplane> begin, Consumer<ScriptedBackplane> end) {
        int node = random.nextInt(nodes.size());
        return new Mischief(
                what + " at node " + node,
                "node " + node,
                () -> begin.accept(nodes.get(node)),
                () -> end.accept(nodes.get(node)),
                20 + random.nextInt(300));
    }

    /** Logs that outlive each node. */
    private record Shared(Backplane logs) implements Backplane {

        @Override
        public CompletionStage<Published> append(
                Topic topic, Event event, Retention retention, @Nullable String idempotencyKey) {
            return logs.append(topic, event, retention, idempotencyKey);
        }

        @Override
        public Interest follow(Topic topic, Sink sink) {
            return logs.follow(topic, sink);
        }

        @Override
        public CompletionStage<Page> read(Topic topic, @Nullable Position after, int maxEntries, int maxBytes) {
            return logs.read(topic, after, maxEntries, maxBytes);
        }

        @Override
        public Status status() {
            return logs.status();
        }

        @Override
        public void close() {}
    }
}
