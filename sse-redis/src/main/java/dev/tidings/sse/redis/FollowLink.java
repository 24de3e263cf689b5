package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Hears what one master announces: one connection, one thread that reads, and the {@link InterestWriter}'s.
 *
 * <p>A connection on which nothing comes for two probes is given up, whatever the reason.
 */
final class FollowLink {

    private static final Logger LOG = System.getLogger(FollowLink.class.getName());
    private static final Duration LONG_PAUSE = Duration.ofSeconds(5);

    private final HostAndPort server;
    private final Connector connector;
    private final Follows follows;
    private final Routes routes;
    private final Figures figures;
    private final Supplier<@Nullable String> probeChannel;
    private final Duration silenceLimit;
    private final InterestWriter writer;
    private final Thread reader;
    private final Backoff backoff = new Backoff(); // touched by the reader only

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
        this.figures = figures;
        this.probeChannel = probeChannel;
        this.silenceLimit = settings.probeInterval().multipliedBy(2).plus(settings.commandTimeout());
        this.writer = new InterestWriter(this, follows, timer, probeChannel);
        this.reader = Threads.start("tidings-redis-follow", this::run);
    }

    void start() {
        reader.start();
        writer.start();
    }

    boolean isConnected() {
        return connected;
    }

    /** Sees to it that a topic of this link becomes subscribed, or unsubscribed, as it wants. */
    void lookAfter(Followed followed) {
        writer.lookAfter(followed);
    }

    /** Sees to it that it hears probes. */
    void lookAfterProbe() {
        writer.lookAfterProbe();
    }

    /** Ends the connection: a new one is opened, and what was missed is read. */
    void reconnect() {
        Wire open = writer.wire();
        if (open != null) {
            open.cut();
        }
    }

    void close() {
        closed = true;
        reader.interrupt();
        writer.close();
        reconnect();
    }

    void join(long millis) throws InterruptedException {
        reader.join(millis);
        writer.join(millis);
    }

    private void run() {
        boolean away = false;
        while (!closed) {
            try {
                Wire open = connect();
                if (away) {
                    LOG.log(Level.INFO, "connected to {0} again", server);
                    figures.reconnects.increment();
                }
                away = false;
                backoff.reset();
                while (true) {
                    handle(open.next());
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    // Said once, not with every attempt.
                    Level level = away ? Level.DEBUG : Level.WARNING;
                    LOG.log(level, "no connection to {0}: {1}", server, e.getMessage());
                }
                away = true;
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
        writer.connected(open, opened.state().isSharded());
        if (closed) {
            open.cut();
        }
        connected = true;
        return open;
    }

    private void disconnected() {
        connected = false;
        Wire ended = writer.disconnected();
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
            case "ssubscribe", "subscribe" -> subscribed(channel);
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

    private void subscribed(String channel) {
        Followed followed = writer.answered(true, channel);
        if (followed != null) {
            followed.subscribed(this);
        }
    }

    private void unsubscribed(String channel) {
        Followed followed = writer.answered(false, channel);
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
            writer.lookLater(moved, InterestWriter.PAUSE);
        }
        routes.refresh();
    }

    private void refused(JedisDataException error) {
        Refusal refusal = Refusal.of(error);
        if (refusal == Refusal.FINAL) {
            LOG.log(Level.ERROR, "{0} does not let this node subscribe: {1}", server, Answers.code(error));
        } else if (refusal.isOutdated()) {
            routes.refresh();
        }
        writer.refused(refusal == Refusal.FINAL ? LONG_PAUSE : InterestWriter.PAUSE);
    }
}
