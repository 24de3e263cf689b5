package dev.tidings.sse.redis;

import dev.tidings.sse.BackplaneUnavailableException;
import dev.tidings.sse.BroadcasterClosedException;
import dev.tidings.sse.SseException;
import dev.tidings.sse.spi.Lease;
import dev.tidings.sse.spi.Leases;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Protocol.Command;

/**
 * Leases in Redis. A group is a hash of its leases, each of which names its node; what keeps them is one sign of life that
 * the node gives for all of them together. So a node that is killed has none left as soon as its last sign is too old.
 *
 * <p>What this node holds is written down here. It is taken again when an outage has ended it, and now and then anyway, so
 * that groups may expire that nobody looks after. Thread-safe.
 */
final class RedisLeases implements Leases {

    static final Duration SIGN_INTERVAL = Duration.ofMillis(1_500);

    private static final Duration LIFETIME = Duration.ofSeconds(5);
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration TAKEN_AGAIN = Duration.ofMinutes(15);
    private static final long CLOSE_MILLIS = 500;
    private static final int FIRST_LEASE = 2;
    private static final int FIELDS = 3;

    private static final byte[] NOTHING = {};
    private static final byte[] ONE_KEY = Connector.ascii("1");
    private static final byte[] TWO_KEYS = Connector.ascii("2");
    private static final byte[] LIFETIME_MILLIS = Connector.ascii(Long.toString(LIFETIME.toMillis()));
    private static final byte[] KEPT_MILLIS = Connector.ascii(Long.toString(KEPT.toMillis()));

    private record Id(String group, String lease) {}

    private final Keys keys;
    private final Scripts scripts;
    private final Reads reads;
    private final Executor answers;
    private final byte[] node;
    private final String nodeName;
    private final Map<Id, HeldLease> own = new ConcurrentHashMap<>();
    private long lastConnections; // touched by the timer's thread only
    private volatile boolean closed; // written under this, read by any thread

    RedisLeases(Keys keys, Scripts scripts, String node, Reads reads, Executor answers) {
        this.keys = keys;
        this.scripts = scripts;
        this.reads = reads;
        this.answers = answers;
        this.nodeName = node;
        this.node = Connector.ascii(node);
    }

    @Override
    public CompletionStage<List<Lease>> take(String group, Lease lease, int most) {
        CompletableFuture<List<Lease>> answer = new CompletableFuture<>();
        if (closed) {
            answer.completeExceptionally(new BroadcasterClosedException());
            return answer;
        }
        HeldLease held = own.compute(new Id(group, lease.id()), (id, known) -> {
            HeldLease current = known == null ? new HeldLease(group, lease) : known;
            current.take(answer, most);
            return current;
        });
        goOn(held);
        return answer.minimalCompletionStage();
    }

    @Override
    public void release(String group, Lease lease) {
        HeldLease held = own.get(new Id(group, lease.id()));
        if (held != null && !closed) {
            held.release();
            goOn(held);
        }
    }

    @Override
    public CompletionStage<List<Lease>> held(String group) {
        return keep(question(group, NOTHING, NOTHING, NOTHING, 0)).thenApply(answer -> leases(group, (List<?>) answer));
    }

    /** Gives a sign of life wherever this node holds leases, and takes again what has ended nevertheless. */
    void giveSign() {
        long now = System.nanoTime();
        // A successor may know of this node and not of the leases that it took last.
        long again = isElsewhere() ? now : now - TAKEN_AGAIN.toNanos();
        Set<Integer> partitions = new HashSet<>();
        own.values().forEach(held -> {
            held.endedIfAskedBefore(again);
            partitions.add(Partitions.ofGroup(held.group()));
        });
        partitions.forEach(this::giveSign);
    }

    /** Returns how many leases are written down here. */
    int size() {
        return own.size();
    }

    private boolean isElsewhere() {
        long connections = reads.connections();
        boolean changed = connections != lastConnections;
        lastConnections = connections;
        return changed;
    }

    /** Has all leases of this node end, as far as Redis can be reached now. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        Set<Integer> partitions = new HashSet<>();
        own.values().forEach(held -> partitions.add(Partitions.ofGroup(held.group())));
        CompletableFuture<?>[] goodbyes = partitions.stream()
                .map(partition -> reads.ask(new Question(partition, Command.HDEL, keys.nodes(partition), node))
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(goodbyes)
                    .orTimeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            // Then they end by themselves, 5 s from the last sign.
        }
        own.values().forEach(held -> fail(held.waiting(), new BroadcasterClosedException()));
        own.clear();
    }

    private void giveSign(int partition) {
        keep(new Question(
                        partition,
                        Command.EVALSHA,
                        scripts.renew().hash(),
                        ONE_KEY,
                        keys.nodes(partition),
                        node,
                        LIFETIME_MILLIS,
                        KEPT_MILLIS))
                .thenAccept(wasAlive -> takeAgain(partition, wasAlive.equals(0L)));
    }

    private void takeAgain(int partition, boolean ended) {
        own.values().forEach(held -> {
            if (Partitions.ofGroup(held.group()) == partition) {
                if (ended) {
                    held.ended();
                }
                goOn(held);
            }
        });
    }

    private void goOn(HeldLease held) {
        switch (held.next()) {
            case TAKE -> take(held);
            case RELEASE -> release(held);
            case FORGET -> forget(held);
            case NOTHING -> {}
        }
    }

    private void take(HeldLease held) {
        List<CompletableFuture<List<Lease>>> waiting = held.waiting();
        byte[] id = utf8(held.lease().id());
        Question question =
                question(held.group(), id, utf8(held.lease().holder()), Connector.ascii(held.order()), held.most());
        keep(question).thenApply(answer -> (List<?>) answer).whenComplete((answer, failure) -> {
            if (failure == null) {
                held.taken(Answers.text(answer.get(1)));
                List<Lease> leases = leases(held.group(), answer);
                answers.execute(() -> waiting.forEach(each -> each.complete(leases)));
                if (answer.get(0).equals(0L)) {
                    takeAgain(Partitions.ofGroup(held.group()), true); // the others have ended meanwhile
                }
                goOn(held);
            } else {
                held.failed(question.wasSent());
                forget(held);
                fail(waiting, closed ? new BroadcasterClosedException() : unavailable());
            }
        });
    }

    private void release(HeldLease held) {
        reads.ask(new Question(
                        Partitions.ofGroup(held.group()),
                        Command.HDEL,
                        keys.group(held.group()),
                        utf8(held.lease().id())))
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        held.released();
                        goOn(held);
                    } else {
                        held.failed(true); // and released with the next sign of life
                    }
                });
    }

    private void forget(HeldLease held) {
        own.computeIfPresent(
                new Id(held.group(), held.lease().id()), (id, known) -> known == held && held.isOver() ? null : known);
    }

    private Question question(String group, byte[] id, byte[] holder, byte[] order, int most) {
        int partition = Partitions.ofGroup(group);
        return new Question(
                partition,
                Command.EVALSHA,
                scripts.leases().hash(),
                TWO_KEYS,
                keys.group(group),
                keys.nodes(partition),
                node,
                id,
                holder,
                order,
                LIFETIME_MILLIS,
                KEPT_MILLIS,
                Connector.ascii(Integer.toString(most)));
    }

    /** Asks, but never behind the goodbye: what keeps leases would bring them back. */
    private synchronized CompletionStage<Object> keep(Question question) {
        return closed ? CompletableFuture.failedFuture(new BroadcasterClosedException()) : reads.ask(question);
    }

    /** Reads the leases of an answer, but for those that this node has released by now. */
    private List<Lease> leases(String group, List<?> answer) {
        List<Lease> leases = new ArrayList<>();
        for (int i = FIRST_LEASE; i + FIELDS <= answer.size(); i += FIELDS) {
            Lease lease = new Lease(Answers.text(answer.get(i)), Answers.text(answer.get(i + 1)));
            boolean mine = Answers.text(answer.get(i + 2)).equals(nodeName);
            HeldLease held = mine ? own.get(new Id(group, lease.id())) : null;
            if (!mine || (held != null && held.isWanted())) {
                leases.add(lease);
            } else if (held == null) {
                disown(group, lease);
            }
        }
        return leases;
    }

    /** Removes a lease that a late attempt to take it put there, after its release. */
    private void disown(String group, Lease lease) {
        reads.tell(new Question(Partitions.ofGroup(group), Command.HDEL, keys.group(group), utf8(lease.id())));
    }

    private void fail(List<CompletableFuture<List<Lease>>> waiting, SseException failure) {
        answers.execute(() -> waiting.forEach(each -> each.completeExceptionally(failure)));
    }

    private static SseException unavailable() {
        return new BackplaneUnavailableException("take a lease", true);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
