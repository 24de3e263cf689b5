package dev.tidings.sse.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/**
 * Sends what a link is to subscribe to, on a thread of its own, and knows which commands have no answer yet.
 *
 * <p>What is to be subscribed is written down nowhere: a topic that changed is looked at, and what it lacks is sent. So
 * after a lost connection, or while people come and go, there is nothing to repeat or to take back.
 */
final class InterestWriter {

    /** How long to leave a topic alone that could not be subscribed. */
    static final Duration PAUSE = Duration.ofMillis(100);

    private static final int MOST_NAMES = 512;

    /** A command that was sent: each of its channels is answered by itself, or all by one error. */
    private record Sent(boolean subscribing, Map<String, @Nullable Followed> unanswered) {}

    private final FollowLink link;
    private final Follows follows;
    private final Timer timer;
    private final Supplier<@Nullable String> probeChannel;
    private final Thread thread;

    // Guarded by this.
    private final Map<Integer, Deque<Followed>> changed = new LinkedHashMap<>();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private @Nullable Wire wire;
    private boolean sharded;

    // Touched by the writer's thread only.
    private @Nullable Wire greeted;
    private @Nullable String probed;

    private volatile boolean closed;

    InterestWriter(FollowLink link, Follows follows, Timer timer, Supplier<@Nullable String> probeChannel) {
        this.link = link;
        this.follows = follows;
        this.timer = timer;
        this.probeChannel = probeChannel;
        this.thread = Threads.start("tidings-redis-subscribe", this::run);
    }

    void start() {
        thread.start();
    }

    void close() {
        closed = true;
        thread.interrupt();
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    /** Looks at a topic, soon. */
    synchronized void lookAfter(Followed followed) {
        changed.computeIfAbsent(Partitions.of(followed.topic()), partition -> new ArrayDeque<>())
                .add(followed);
        notifyAll();
    }

    /** Returns how many topics are to be looked at. */
    synchronized int waiting() {
        return changed.values().stream().mapToInt(Deque::size).sum();
    }

    /** Sees to it that probes are heard, also where they come on another channel since slots have moved. */
    synchronized void lookAfterProbe() {
        notifyAll();
    }

    /** Looks at a topic again after a while, on whatever link is its own by then. */
    void lookLater(Followed followed, Duration pause) {
        timer.after(pause, () -> follows.assign(followed));
    }

    /** Writes to this connection from now on. */
    synchronized void connected(Wire opened, boolean isSharded) {
        wire = opened;
        sharded = isSharded;
        notifyAll();
    }

    /** Returns the connection that is written to, and writes to it no more. */
    synchronized @Nullable Wire disconnected() {
        Wire ended = wire;
        wire = null;
        sent.clear();
        changed.clear(); // all are looked at when there is a connection; until then people come and go
        return ended;
    }

    synchronized @Nullable Wire wire() {
        return wire;
    }

    /** Returns the topic of a channel if this answers the command that was sent first, else null. */
    synchronized @Nullable Followed answered(boolean subscribing, String channel) {
        Sent first = sent.peek();
        if (first == null
                || first.subscribing() != subscribing
                || !first.unanswered().containsKey(channel)) {
            return null;
        }
        Followed followed = first.unanswered().remove(channel);
        if (first.unanswered().isEmpty()) {
            sent.remove();
        }
        return followed;
    }

    /** Learns of an error, which is the answer to the whole of the command that was sent first. */
    void refused(Duration pause) {
        Sent first;
        synchronized (this) {
            first = sent.poll();
        }
        if (first != null) {
            giveUp(first, pause);
        }
    }

    private void run() {
        while (!closed) {
            try {
                write(awaitWork());
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void write(Wire open) {
        try {
            subscribeToProbe(open);
            for (List<Followed> some = take(); !some.isEmpty(); some = take()) {
                send(open, some);
            }
            open.flush();
        } catch (RuntimeException e) {
            open.cut(); // the reader learns of it, and begins anew; it may have done so already, on another one
        }
    }

    private synchronized Wire awaitWork() throws InterruptedException {
        Wire open = wire;
        while (open == null || (isProbed(open, probeChannel.get()) && changed.isEmpty())) {
            wait();
            open = wire;
        }
        return open;
    }

    /** Takes topics of one partition: a command's channels must lie in one slot. */
    private synchronized List<Followed> take() {
        if (changed.isEmpty()) {
            return List.of();
        }
        Map.Entry<Integer, Deque<Followed>> first =
                changed.entrySet().iterator().next();
        List<Followed> taken = new ArrayList<>();
        Deque<Followed> waiting = first.getValue();
        while (taken.size() < MOST_NAMES && !waiting.isEmpty()) {
            taken.add(waiting.remove());
        }
        if (waiting.isEmpty()) {
            changed.remove(first.getKey());
        }
        return taken;
    }

    private void send(Wire open, List<Followed> some) {
        Map<String, @Nullable Followed> subscribe = new LinkedHashMap<>();
        Map<String, @Nullable Followed> unsubscribe = new LinkedHashMap<>();
        for (Followed followed : some) {
            switch (followed.begin(link)) {
                case SUBSCRIBE -> subscribe.put(followed.channel(), followed);
                case UNSUBSCRIBE -> unsubscribe.put(followed.channel(), followed);
                case NOTHING -> {}
            }
        }
        send(open, new Sent(true, subscribe));
        send(open, new Sent(false, unsubscribe));
    }

    private boolean isProbed(Wire open, @Nullable String channel) {
        return open == greeted && Objects.equals(channel, probed);
    }

    private void subscribeToProbe(Wire open) {
        String channel = probeChannel.get();
        if (channel != null && !isProbed(open, channel)) {
            Map<String, @Nullable Followed> unanswered = new LinkedHashMap<>();
            unanswered.put(channel, null);
            send(open, new Sent(true, unanswered));
        }
        greeted = open;
        probed = channel;
    }

    private void send(Wire open, Sent command) {
        if (command.unanswered().isEmpty()) {
            return;
        }
        // Before it is sent: the reader empties the map as answers come.
        byte[][] channels =
                command.unanswered().keySet().stream().map(Connector::ascii).toArray(byte[][]::new);
        if (expectAnswer(open, command)) {
            open.send(command(command.subscribing()), channels);
        } else {
            giveUp(command, PAUSE); // begun on a connection that is gone, and so not begun
        }
    }

    private synchronized boolean expectAnswer(Wire open, Sent command) {
        return wire == open && sent.add(command);
    }

    private synchronized Command command(boolean subscribing) {
        if (sharded) {
            return subscribing ? Command.SSUBSCRIBE : Command.SUNSUBSCRIBE;
        }
        return subscribing ? Command.SUBSCRIBE : Command.UNSUBSCRIBE;
    }

    private void giveUp(Sent command, Duration pause) {
        for (Followed followed : command.unanswered().values()) {
            if (followed != null) {
                followed.unsubscribed(link);
                lookLater(followed, pause);
            }
        }
    }
}
