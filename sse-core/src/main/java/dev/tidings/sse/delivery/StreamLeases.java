package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Presence;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Makes streams known to all nodes, as far as somebody asks for it: to keep the limit per principal, and to tell who is
 * subscribed to a topic. While the backplane is away the limit is each node's own. Thread-safe.
 */
final class StreamLeases {

    private final Leases leases;
    private final Settings settings;
    private final Consumer<AccessChange> control;
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
    }

    /** Takes what leases a stream needs. On its loop, as is {@link #release}, so that they stay in order. */
    void take(Reader stream) {
        Map<String, Integer> groups = groups(stream);
        Grant grant = stream.grant();
        if (groups.isEmpty() || grant == null) {
            return;
        }
        Lease lease = new Lease(grant.account().id(), holder(stream));
        stream.lease = lease;
        own.put(lease.id(), stream);
        groups.forEach((group, most) -> leases.take(group, lease, most).thenAccept(this::makeRoom));
    }

    /** Releases the leases of a stream that has ended. */
    void release(Reader stream) {
        Lease lease = stream.lease;
        if (lease != null) {
            own.remove(lease.id());
            groups(stream).keySet().forEach(group -> leases.release(group, lease));
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
    private void makeRoom(List<Lease> tooMany) {
        for (Lease lease : tooMany) {
            Reader mine = own.get(lease.id());
            if (mine != null) {
                mine.loop().execute(() -> mine.close(CloseReason.REPLACED));
            } else {
                control.accept(AccessChange.replace(lease.id()));
            }
        }
    }

    /** Returns the groups that a stream belongs to, and how many each should hold. */
    private Map<String, Integer> groups(Reader stream) {
        Map<String, Integer> groups = new HashMap<>();
        String principal = holder(stream);
        if (settings.maxStreamsPerPrincipal() != Integer.MAX_VALUE && !principal.isEmpty()) {
            groups.put("principal:" + principal, settings.maxStreamsPerPrincipal());
        }
        for (Topic topic : stream.topics()) {
            if (settings.hasPresence(topic)) {
                groups.put(group(topic), Integer.MAX_VALUE);
            }
        }
        return groups;
    }

    private static String group(Topic topic) {
        return "topic:" + topic.name();
    }

    private static String holder(Reader stream) {
        Grant grant = stream.grant();
        return grant == null || grant.principal() == null ? "" : grant.principal();
    }
}
