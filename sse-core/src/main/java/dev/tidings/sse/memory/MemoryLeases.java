package dev.tidings.sse.memory;

import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** The leases of a single node, gone with it. Thread-safe. */
final class MemoryLeases implements Leases {

    private final BooleanSupplier closed;

    // By group, then by id in the order in which they were taken. A group is touched within compute only.
    private final Map<String, Map<String, Lease>> groups = new ConcurrentHashMap<>();

    MemoryLeases(BooleanSupplier closed) {
        this.closed = closed;
    }

    @Override
    public CompletionStage<List<Lease>> take(String group, Lease lease, int most) {
        return answer(change(
                group, leases -> leases.putIfAbsent(lease.id(), lease), leases -> Math.max(0, leases.size() - most)));
    }

    @Override
    public void release(String group, Lease lease) {
        change(group, leases -> leases.remove(lease.id()), leases -> 0);
    }

    @Override
    public CompletionStage<List<Lease>> held(String group) {
        return answer(change(group, leases -> {}, Map::size));
    }

    private CompletionStage<List<Lease>> answer(List<Lease> held) {
        return closed.getAsBoolean()
                ? CompletableFuture.failedFuture(new BroadcasterClosedException())
                : CompletableFuture.completedFuture(held);
    }

    /** Changes a group, and returns as many of those held longest as are asked for. An empty group is forgotten. */
    private List<Lease> change(
            String group, Consumer<Map<String, Lease>> change, ToIntFunction<Map<String, Lease>> howMany) {
        List<Lease> held = new ArrayList<>();
        groups.compute(group, (name, leases) -> {
            Map<String, Lease> changed = leases == null ? new LinkedHashMap<>() : leases;
            change.accept(changed);
            changed.values().stream().limit(howMany.applyAsInt(changed)).forEach(held::add);
            return changed.isEmpty() ? null : changed;
        });
        return held;
    }
}
