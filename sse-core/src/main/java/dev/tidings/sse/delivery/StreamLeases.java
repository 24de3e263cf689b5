package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Presence;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes streams known to all nodes, as far as somebody asks for it: to keep the limit per principal, and to tell who is
 * subscribed to a topic. While the backplane is away the limit is each node's own. Thread-safe.
 */
final class StreamLeases {

    private final Leases leases;
    private final Settings settings;
    private final Consumer<AccessChange> control;
    private final String node;
    private final AtomicLong next = new AtomicLong();
    private final Map<String, Reader> own = new ConcurrentHashMap<>();

    /**
     * Begins without a stream.
     *
     * @param control appends to the control log
     */
    StreamLeases(Leases leases, Settings settings, Consumer<AccessChange> control) {
        this.leases = leases;
        this.settings = settings;
        this.control = control;
        byte[] random = new byte[9];
        ThreadLocalRandom.current().nextBytes(random);
        this.node = Base64.getUrlEncoder().encodeToString(random);
    }

    /** Takes what leases a stream needs. On its loop, as is {@link #release}, so that they stay in order. */
    void take(Reader stream) {
        List<String> groups = groups(stream);
        if (groups.isEmpty()) {
            return;
        }
        Lease lease = new Lease(node + ":" + next.getAndIncrement(), holder(stream));
        stream.lease = lease;
        own.put(lease.id(), stream);
        for (String group : groups) {
            leases.take(group, lease).whenComplete((held, failure) -> {
                if (failure == null && group.equals(limited(stream))) {
                    makeRoom(held);
                }
            });
        }
    }

    /** Releases the leases of a stream that has ended. */
    void release(Reader stream) {
        Lease lease = stream.lease;
        if (lease != null) {
            own.remove(lease.id());
            groups(stream).forEach(group -> leases.release(group, lease));
        }
    }

    /** Tells who is subscribed to a topic. */
    CompletionStage<Presence> presence(Topic topic) {
        if (!settings.hasPresence(topic)) {
            throw new IllegalArgumentException("no presence is kept of topic " + topic + ": see Builder.presence");
        }
        return leases.held(group(topic)).thenApply(StreamLeases::presence);
    }

    private static Presence presence(List<Lease> held) {
        Map<String, Integer> connections = new HashMap<>();
        held.forEach(lease -> connections.merge(lease.holder(), 1, Integer::sum));
        Integer anonymous = connections.remove("");
        return new Presence(connections, anonymous == null ? 0 : anonymous);
    }

    /** Ends the streams that were there longest, wherever they are. */
    private void makeRoom(List<Lease> held) {
        int tooMany = held.size() - settings.maxStreamsPerPrincipal();
        for (int i = 0; i < tooMany; i++) {
            String id = held.get(i).id();
            Reader mine = own.get(id);
            if (mine != null) {
                mine.loop().execute(() -> mine.close(CloseReason.REPLACED));
            } else {
                control.accept(AccessChange.replace(id));
            }
        }
    }

    private List<String> groups(Reader stream) {
        List<String> groups = new ArrayList<>();
        String limited = limited(stream);
        if (limited != null) {
            groups.add(limited);
        }
        for (Topic topic : stream.topics()) {
            if (settings.hasPresence(topic)) {
                groups.add(group(topic));
            }
        }
        return groups;
    }

    private @Nullable String limited(Reader stream) {
        String principal = holder(stream);
        boolean unlimited = settings.maxStreamsPerPrincipal() == Integer.MAX_VALUE;
        return unlimited || principal.isEmpty() ? null : "principal:" + principal;
    }

    private static String group(Topic topic) {
        return "topic:" + topic.name();
    }

    private static String holder(Reader stream) {
        Grant grant = stream.grant();
        return grant == null || grant.principal() == null ? "" : grant.principal();
    }
}
