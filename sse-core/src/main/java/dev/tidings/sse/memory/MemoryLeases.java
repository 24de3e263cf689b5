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

/** The leases of a single node, gone with it. Thread-safe. */
final class MemoryLeases implements Leases {

    private final BooleanSupplier closed;

    // By group, then by id in the order in which they were taken. A group is touched within compute only.
    private final Map<String, Map<String, Lease>> groups = new ConcurrentHashMap<>();

    MemoryLeases(BooleanSupplier closed) {
        this.closed = closed;
    }

    @Override
    public CompletionStage<List<Lease>> take(String group, Lease lease) {
        List<Lease> held = change(group, leases -> leases.putIfAbsent(lease.id(), lease));
        return answer(held);
    }

    @Override
    public void release(String group, Lease lease) {
        change(group, leases -> leases.remove(lease.id()));
    }

    @Override
    public CompletionStage<List<Lease>> held(String group) {
        return answer(change(group, leases -> {}));
    }

    private CompletionStage<List<Lease>> answer(List<Lease> held) {
        return closed.getAsBoolean()
                ? CompletableFuture.failedFuture(new BroadcasterClosedException())
                : CompletableFuture.completedFuture(held);
    }

    /** Changes a group, and returns what it holds then. An empty group is forgotten. */
    private List<Lease> change(String group, Consumer<Map<String, Lease>> change) {
        List<Lease> held = new ArrayList<>();
        groups.compute(group, (name, leases) -> {
            Map<String, Lease> changed = leases == null ? new LinkedHashMap<>() : leases;
            change.accept(changed);
            held.addAll(changed.values());
            return changed.isEmpty() ? null : changed;
        });
        return held;
    }
}
