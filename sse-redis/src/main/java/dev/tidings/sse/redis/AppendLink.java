package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * Sends the events for one master: one connection, one thread, one batch at a time, made of all that came while the last
 * one was under way.
 *
 * <p>When a connection dies its last batch may still be on its way, and be carried out after it was sent again on the next
 * one. So before anything else the next connection has the server end the last one: that is the fence.
 */
final class AppendLink implements Runnable {

    private static final Logger LOG = System.getLogger(AppendLink.class.getName());
    private static final long IDLE_SECONDS = 1;
    private static final String NAME = "tidings-append";
    private static final byte[] LOAD = Connector.ascii("LOAD");
    private static final byte[] SHARDED = Connector.ascii("spublish");
    private static final byte[] PLAIN = Connector.ascii("publish");

    private final HostAndPort server;
    private final Connector connector;
    private final Fences fences;
    private final Script script;
    private final Appends appends;
    private final Routes routes;
    private final Figures figures;
    private final long commandMillis;
    private final Thread thread;
    private final LinkedBlockingQueue<Lane> ready = new LinkedBlockingQueue<>();

    // Set by close(), read by any thread.
    private volatile boolean closed;

    // Touched by the link's thread only; cutting the wire is for any.
    private volatile @Nullable Wire wire;
    private boolean connectedBefore;
    private byte[] announce = SHARDED;
    private String serverMillis = "0";
    private boolean announcingFailed;
    private final Backoff backoff = new Backoff();

    AppendLink(
            HostAndPort server,
            Connector connector,
            Fences fences,
            Script script,
            Appends appends,
            Routes routes,
            Figures figures,
            RedisSettings settings) {
        this.server = server;
        this.connector = connector;
        this.fences = fences;
        this.script = script;
        this.appends = appends;
        this.routes = routes;
        this.figures = figures;
        this.commandMillis = settings.commandTimeout().toMillis();
        this.thread = Threads.start("tidings-redis-append", this);
    }

    void start() {
        thread.start();
    }

    /** Takes a lane to send; false once this is closed. */
    boolean offer(Lane lane) {
        ready.add(lane);
        // After a close that did not see it, it is the caller's again.
        return !closed || !ready.remove(lane);
    }

    /** Ends the link after the batch that is under way. Its lanes go elsewhere. */
    void close() {
        closed = true;
        thread.interrupt();
    }

    /** Ends the link now: what is under way has no known outcome. */
    void cut() {
        close();
        reconnect();
    }

    /** Ends the connection: what is under way is sent again on a new one. */
    void reconnect() {
        Wire open = wire;
        if (open != null) {
            open.cut();
        }
    }

    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                Lane lane = ready.poll(IDLE_SECONDS, TimeUnit.SECONDS);
                if (lane != null) {
                    serve(lane);
                }
            } catch (InterruptedException e) {
                break; // closed
            }
        }
        disconnect();
        for (Lane lane = ready.poll(); lane != null; lane = ready.poll()) {
            appends.dispatch(lane);
        }
    }

    private void serve(Lane lane) throws InterruptedException {
        if (routes.appendLink(lane) != this) {
            appends.dispatch(lane); // its log has moved since
            return;
        }
        Wire open = wire == null ? connect(lane) : wire;
        if (open == null) {
            return;
        }
        AppendBatch batch = new AppendBatch(appends.queue());
        batch.take(lane);
        while (!batch.isFull() && !ready.isEmpty()) {
            Lane next = ready.poll();
            if (next != null && routes.appendLink(next) == this) {
                batch.take(next);
            } else if (next != null) {
                appends.dispatch(next);
            }
        }
        exchange(open, batch);
    }

    private void exchange(Wire open, AppendBatch batch) {
        int settled = 0;
        boolean scriptMissing = false;
        boolean demoted = false;
        try {
            batch.write(open, script, announce, serverMillis);
            for (AppendBatch.Part part : batch.parts()) {
                List<Object> replies = AppendBatch.read(open, part);
                part.lane().detour(null);
                settled++;
                appends.settle(part, replies);
                note(replies);
                scriptMissing |= replies.stream().anyMatch(Refusal.NO_SCRIPT::is);
                demoted |= replies.stream().anyMatch(Refusal.DEMOTED::is);
            }
            if (demoted) {
                disconnect(); // the next connection may lead to its successor
            } else if (scriptMissing) {
                load(open);
            }
            backoff.reset();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "connection for publishing to {0} lost: {1}", server, e.getMessage());
            }
            disconnect();
            for (AppendBatch.Part part :
                    batch.parts().subList(settled, batch.parts().size())) {
                part.lane().detour(null);
                appends.outcomeUnknown(part);
            }
        }
    }

    /** Looks at what answers say beside their outcome. */
    private void note(List<Object> replies) {
        for (Object reply : replies) {
            if (reply instanceof List<?> answer) {
                serverMillis = Answers.text(answer.get(2));
                String problem = Answers.text(answer.get(3));
                if (!problem.isEmpty() && !announcingFailed) {
                    announcingFailed = true;
                    LOG.log(Level.ERROR, "{0} stores events but does not announce them: {1}", server, problem);
                }
            }
        }
    }

    /** Connects, or waits a while and keeps the lane that is to be served. */
    private @Nullable Wire connect(Lane lane) throws InterruptedException {
        Wire opened = null;
        try {
            opened = connect();
        } finally {
            if (opened == null) {
                ready.add(lane); // also when this is closed meanwhile, or nobody would ever send what is in it
            }
        }
        if (opened == null) {
            ready.removeIf(appends.queue()::letGoIfEmpty);
            routes.refresh();
            TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
        }
        return opened;
    }

    private @Nullable Wire connect() throws InterruptedException {
        try {
            Connector.Connected connected = connector.toMaster(server, NAME);
            Wire opened = connected.wire();
            wire = opened;
            if (closed) {
                opened.cut();
            }
            announce = connected.state().isSharded() ? SHARDED : PLAIN;
            if (!fences.replace(server, NAME, opened)) {
                TimeUnit.MILLISECONDS.sleep(commandMillis); // what is on its way may arrive meanwhile
            }
            if (connectedBefore) {
                figures.reconnects.increment();
            }
            connectedBefore = true;
            opened.send(Command.TIME);
            serverMillis = millis((List<?>) Answers.orThrow(opened.answers(1).get(0)));
            load(opened);
            return opened;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot connect to {0}: {1}", server, e.getMessage());
            disconnect();
            return null;
        }
    }

    private void load(Wire open) {
        open.send(Command.SCRIPT, LOAD, script.source());
        Answers.orThrow(open.answers(1).get(0));
    }

    private void disconnect() {
        Wire open = wire;
        if (open != null) {
            open.close();
            wire = null;
        }
    }

    /** TIME is seconds and microseconds. */
    private static String millis(List<?> time) {
        long seconds = Long.parseLong(Answers.text(time.get(0)));
        return Long.toString(seconds * 1000 + Long.parseLong(Answers.text(time.get(1))) / 1000);
    }
}
