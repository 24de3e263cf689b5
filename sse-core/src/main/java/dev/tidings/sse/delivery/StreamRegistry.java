package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** The open streams of this node, and how many there may be. Thread-safe; never calls out under its lock. */
final class StreamRegistry {

    private final Settings settings;

    // Guarded by this.
    private final List<Reader> streams = new ArrayList<>(); // each knows its own place
    private final Map<String, ArrayDeque<Reader>> byPrincipal = new HashMap<>();
    private boolean draining;

    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    StreamRegistry(Settings settings) {
        this.settings = settings;
    }

    /**
     * Admits a stream, or says why not. Where its principal has too many, the oldest makes room.
     *
     * @return null if it was admitted
     */
    @Nullable
    CloseReason admit(Reader stream) {
        Reader replaced;
        synchronized (this) {
            if (draining) {
                return CloseReason.DRAIN;
            }
            if (streams.size() >= settings.maxStreams()) {
                return CloseReason.LIMIT;
            }
            stream.registered = streams.size();
            streams.add(stream);
            replaced = admitForPrincipal(stream);
        }
        if (replaced != null) {
            replaced.loop().execute(() -> replaced.close(CloseReason.REPLACED));
        }
        return null;
    }

    /** Removes a stream that has ended, and tells whether it had been admitted. */
    boolean remove(Reader stream) {
        boolean noneLeft;
        synchronized (this) {
            if (stream.registered == Reader.NOT_REGISTERED) {
                return false;
            }
            Reader last = streams.remove(streams.size() - 1);
            if (last != stream) {
                streams.set(stream.registered, last);
                last.registered = stream.registered;
            }
            stream.registered = Reader.NOT_REGISTERED;
            removeFromPrincipal(stream);
            noneLeft = draining && streams.isEmpty();
        }
        if (noneLeft) {
            completeDrained();
        }
        return true;
    }

    /** Admits none from now on, and returns those that are open. */
    List<Reader> startDrain() {
        List<Reader> open;
        synchronized (this) {
            draining = true;
            open = new ArrayList<>(streams);
        }
        if (open.isEmpty()) {
            completeDrained();
        }
        return open;
    }

    /** Completes when a drain was started and no stream is left; never on a loop. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    private void completeDrained() {
        ForkJoinPool.commonPool().execute(() -> drained.complete(null));
    }

    private @Nullable Reader admitForPrincipal(Reader stream) {
        String principal = principal(stream);
        if (principal == null || settings.maxStreamsPerPrincipal() == Integer.MAX_VALUE) {
            return null;
        }
        ArrayDeque<Reader> same = byPrincipal.computeIfAbsent(principal, p -> new ArrayDeque<>(1));
        same.add(stream);
        // Taken out at once, not when it has ended, or a burst of opens would all replace the same one.
        return same.size() > settings.maxStreamsPerPrincipal() ? same.poll() : null;
    }

    private void removeFromPrincipal(Reader stream) {
        String principal = principal(stream);
        ArrayDeque<Reader> same = principal == null ? null : byPrincipal.get(principal);
        if (same != null && same.remove(stream) && same.isEmpty()) {
            byPrincipal.remove(principal);
        }
    }

    private static @Nullable String principal(Reader stream) {
        Grant grant = stream.grant();
        return grant == null ? null : grant.principal();
    }
}
