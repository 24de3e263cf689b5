package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * Asks one master questions: one connection, one thread, one batch at a time, apart from that for publishing, so that
 * whoever catches up delays no publish. Connects by itself, and again while it is not; what is asked meanwhile fails.
 */
final class ReadLink implements Runnable {

    private static final Logger LOG = System.getLogger(ReadLink.class.getName());
    private static final int MOST = 64;
    private static final String NAME = "tidings-read";
    private static final byte[] LOAD = Connector.ascii("LOAD");

    private final HostAndPort server;
    private final Connector connector;
    private final Fences fences;
    private final Scripts scripts;
    private final Reads reads;
    private final Routes routes;
    private final Figures figures;
    private final Thread thread;
    private final LinkedBlockingQueue<Question> asked = new LinkedBlockingQueue<>();
    private final Backoff backoff = new Backoff(); // touched by the link's thread only

    private volatile boolean closed;
    private volatile boolean away;
    private volatile @Nullable Wire wire;

    ReadLink(
            HostAndPort server,
            Connector connector,
            Fences fences,
            Scripts scripts,
            Reads reads,
            Routes routes,
            Figures figures) {
        this.server = server;
        this.connector = connector;
        this.fences = fences;
        this.scripts = scripts;
        this.reads = reads;
        this.routes = routes;
        this.figures = figures;
        this.thread = Threads.start("tidings-redis-read", this);
    }

    void start() {
        thread.start();
    }

    /** Takes a question; false once this is closed. */
    boolean offer(Question question) {
        if (away) {
            reads.away(question);
            return true;
        }
        asked.add(question);
        // After a close that did not see it, it is the caller's again.
        return !closed || !asked.remove(question);
    }

    void close() {
        closed = true;
        thread.interrupt();
        reconnect();
    }

    /** Ends the connection: a new one is opened, and what is under way is asked again. */
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
        try {
            while (!closed) {
                Wire open = wire == null ? connect() : wire;
                if (open == null) {
                    away = true;
                    failAll();
                    routes.refresh();
                    TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
                } else {
                    away = false;
                    exchange(open, takeBatch());
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
        disconnect();
        for (Question question = asked.poll(); question != null; question = asked.poll()) {
            reads.connectionLost(question); // another link may serve the partition now
        }
    }

    private List<Question> takeBatch() throws InterruptedException {
        List<Question> batch = new ArrayList<>();
        batch.add(asked.take());
        asked.drainTo(batch, MOST - 1);
        return batch;
    }

    private void exchange(Wire open, List<Question> batch) {
        int answered = 0;
        boolean scriptMissing = false;
        boolean demoted = false;
        try {
            batch.forEach(question -> question.write(open));
            open.flush();
            for (Question question : batch) {
                Object reply = question.read(open);
                scriptMissing |= Refusal.NO_SCRIPT.is(reply);
                demoted |= Refusal.DEMOTED.is(reply);
                answered++;
                reads.settle(question, reply);
            }
            if (demoted) {
                disconnect(); // the next connection may lead to its successor
            } else if (scriptMissing) {
                load(open);
            }
            backoff.reset();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "connection for reading from {0} lost: {1}", server, e.getMessage());
            }
            disconnect();
            batch.subList(answered, batch.size()).forEach(reads::connectionLost);
        }
    }

    private @Nullable Wire connect() {
        try {
            Wire opened = connector.toMaster(server, NAME).wire();
            wire = opened;
            if (closed) {
                opened.cut();
            }
            fences.replace(server, NAME, opened); // or a lease that was taken late would outlive its release
            load(opened);
            reads.connected();
            if (away) {
                figures.reconnects.increment();
            }
            return opened;
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot connect to {0}: {1}", server, e.getMessage());
            disconnect();
            return null;
        }
    }

    private void load(Wire open) {
        scripts.all().forEach(script -> open.send(Command.SCRIPT, LOAD, script.source()));
        open.answers(scripts.all().size()).forEach(Answers::orThrow);
    }

    private void failAll() {
        List<Question> all = new ArrayList<>();
        asked.drainTo(all);
        all.forEach(reads::away);
    }

    private void disconnect() {
        Wire open = wire;
        if (open != null) {
            open.close();
            wire = null;
        }
    }
}
