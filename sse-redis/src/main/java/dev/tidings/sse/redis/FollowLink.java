package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Hears what one master announces: one connection, one thread that reads, one that writes what to subscribe.
 *
 * <p>What is to be subscribed is written down nowhere: a topic that changed is looked at, and what it lacks is sent. So
 * after a lost connection, or while people come and go, there is nothing to repeat or to take back.
 */
final class FollowLink {

    private static final Logger LOG = System.getLogger(FollowLink.class.getName());
    private static final int MOST_NAMES = 512;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(5);

    /** A command that was sent: each of its channels is answered by itself, or all by one error. */
    private record Sent(boolean subscribing, Map<String, @Nullable Followed> unanswered) {}

    private final HostAndPort server;
    private final Connector connector;
    private final Follows follows;
    private final Routes routes;
    private final Timer timer;
    private final Figures figures;
    private final Supplier<@Nullable String> probeChannel;
    private final Duration silenceLimit;
    private final Thread reader;
    private final Thread writer;
    private final Backoff backoff = new Backoff(); // touched by the reader only

    // Guarded by this.
    private final Map<Integer, Deque<Followed>> changed = new LinkedHashMap<>();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private @Nullable Wire wire;
    private boolean sharded;

    private volatile boolean closed;
    private volatile boolean connected;

    FollowLink(
            HostAndPort server,
            Connector connector,
            Follows follows,
            Routes routes,
            Timer timer,
            Figures figures,
            Supplier<@Nullable String> probeChannel,
            RedisSettings settings) {
        this.server = server;
        this.connector = connector;
        this.follows = follows;
        this.routes = routes;
        this.timer = timer;
        this.figures = figures;
        this.probeChannel = probeChannel;
        this.silenceLimit = settings.probeInterval().multipliedBy(2).plus(settings.commandTimeout());
        this.reader = Threads.start("tidings-redis-follow", this::read);
        this.writer = Threads.start("tidings-redis-subscribe", this::write);
    }

    void start() {
        reader.start();
        writer.start();
    }

    boolean isConnected() {
        return connected;
    }

    /** Sees to it that a topic of this link becomes subscribed, or unsubscribed, as it wants. */
    synchronized void lookAfter(Followed followed) {
        changed.computeIfAbsent(Partitions.of(followed.topic()), partition -> new ArrayDeque<>())
                .add(followed);
        notifyAll();
    }

    /** Ends the connection: a new one is opened, and what was missed is read. */
    void cut() {
        Wire open;
        synchronized (this) {
            open = wire;
        }
        if (open != null) {
            open.cut();
        }
    }

    void close() {
        closed = true;
        reader.interrupt();
        writer.interrupt();
        cut();
    }

    void join(long millis) throws InterruptedException {
        reader.join(millis);
        writer.join(millis);
    }

    // The reader.

    private void read() {
        boolean first = true;
        while (!closed) {
            try {
                Wire open = connect();
                if (!first) {
                    figures.reconnects.increment();
                }
                first = false;
                backoff.reset();
                while (true) {
                    handle(open.next());
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.log(
                            connected ? Level.WARNING : Level.DEBUG,
                            "no connection for hearing from {0}: {1}",
                            server,
                            e.getMessage());
                }
                disconnected();
            }
            pause();
        }
    }

    private Wire connect() {
        Connector.Connected opened = connector.toMaster(server, "tidings-follow");
        Wire open = opened.wire();
        open.silenceLimit(silenceLimit);
        // Before there is a wire to write to: what is begun from here on is begun on this one.
        follows.forEach(this, followed -> {
            followed.unsubscribed(this);
            lookAfter(followed);
        });
        synchronized (this) {
            wire = open;
            sharded = opened.state().isSharded();
            notifyAll();
        }
        if (closed) {
            open.cut();
        }
        connected = true;
        return open;
    }

    private void disconnected() {
        connected = false;
        Wire ended;
        synchronized (this) {
            ended = wire;
            wire = null;
            sent.clear();
        }
        if (ended != null) {
            ended.close();
        }
        if (!closed) {
            follows.forEach(this, followed -> followed.unsubscribed(this));
            routes.refresh();
        }
    }

    private void pause() {
        try {
            if (!closed) {
                TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed, as the loop sees next
        }
    }

    private void handle(Object came) {
        if (came instanceof JedisDataException error) {
            refused(error);
            return;
        }
        List<?> parts = (List<?>) came;
        String kind = Answers.text(parts.get(0));
        String channel = new String((byte[]) parts.get(1), StandardCharsets.US_ASCII);
        switch (kind) {
            case "smessage", "message" -> heard(channel, (byte[]) parts.get(2));
            case "ssubscribe", "subscribe" -> {
                Followed followed = answered(true, channel);
                if (followed != null) {
                    followed.subscribed(this);
                }
            }
            case "sunsubscribe", "unsubscribe" -> unsubscribed(channel);
            default -> LOG.log(Level.DEBUG, "{0} sent a {1}", server, kind);
        }
    }

    private void heard(String channel, byte[] what) {
        Followed followed = follows.of(channel);
        if (followed != null) {
            followed.heard(this, what);
        } else if (channel.equals(probeChannel.get())) {
            figures.probeNanos = System.nanoTime() - Long.parseLong(new String(what, StandardCharsets.US_ASCII));
        }
    }

    private void unsubscribed(String channel) {
        Followed followed = answered(false, channel);
        if (followed != null) {
            followed.unsubscribed(this);
            follows.forgetIfOver(followed);
            lookAfter(followed); // somebody may want it again by now
            return;
        }
        // Nobody asked for it: the slot has moved to another master.
        Followed moved = follows.of(channel);
        if (moved != null) {
            moved.unsubscribed(this);
            again(moved, PAUSE);
        }
        routes.refresh();
    }

    /** Returns the topic of a channel if the command is answered that was sent first, else null. */
    private synchronized @Nullable Followed answered(boolean subscribing, String channel) {
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

    /** An error is the answer to the whole of a command. */
    private void refused(JedisDataException error) {
        Sent first;
        synchronized (this) {
            first = sent.poll();
        }
        Refusal refusal = Refusal.of(error);
        if (refusal == Refusal.FINAL) {
            LOG.log(Level.ERROR, "{0} does not let this node subscribe: {1}", server, Answers.code(error));
        } else if (refusal == Refusal.MOVED) {
            routes.refresh();
        }
        if (first != null) {
            giveUp(first, refusal == Refusal.FINAL ? LONG_PAUSE : PAUSE);
        }
    }

    private void giveUp(Sent command, Duration pause) {
        for (Followed followed : command.unanswered().values()) {
            if (followed != null) {
                followed.unsubscribed(this);
                again(followed, pause);
            }
        }
    }

    private void again(Followed followed, Duration pause) {
        timer.after(pause, () -> follows.assign(followed));
    }

    // The writer.

    private void write() {
        Wire greeted = null;
        while (!closed) {
            try {
                Wire open = awaitWork(greeted);
                if (open != greeted) {
                    greeted = open;
                    subscribeToProbe(open);
                }
                for (List<Followed> some = take(); !some.isEmpty(); some = take()) {
                    send(open, some);
                }
                open.flush();
            } catch (InterruptedException e) {
                return; // closed
            } catch (RuntimeException e) {
                cut(); // the reader learns of it, and begins anew
            }
        }
    }

    private synchronized Wire awaitWork(@Nullable Wire greeted) throws InterruptedException {
        Wire open = wire;
        while (open == null || (open == greeted && changed.isEmpty())) {
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
            switch (followed.begin(this)) {
                case SUBSCRIBE -> subscribe.put(followed.channel(), followed);
                case UNSUBSCRIBE -> unsubscribe.put(followed.channel(), followed);
                case NOTHING -> {}
            }
        }
        send(open, new Sent(true, subscribe));
        send(open, new Sent(false, unsubscribe));
    }

    private void send(Wire open, Sent command) {
        if (command.unanswered().isEmpty()) {
            return;
        }
        // Before it is sent: the reader empties the map as answers come.
        byte[][] channels =
                command.unanswered().keySet().stream().map(Connector::ascii).toArray(byte[][]::new);
        boolean isSharded;
        boolean gone;
        synchronized (this) {
            gone = wire != open;
            if (!gone) {
                sent.add(command);
            }
            isSharded = sharded;
        }
        if (gone) {
            giveUp(command, PAUSE); // begun on a connection that is gone, and so not begun
            return;
        }
        if (command.subscribing()) {
            open.send(isSharded ? Command.SSUBSCRIBE : Command.SUBSCRIBE, channels);
        } else {
            open.send(isSharded ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE, channels);
        }
    }

    private void subscribeToProbe(Wire open) {
        String channel = probeChannel.get();
        if (channel != null) {
            Map<String, @Nullable Followed> unanswered = new LinkedHashMap<>();
            unanswered.put(channel, null);
            send(open, new Sent(true, unanswered));
        }
    }
}
