package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * The masters and which partitions they serve, as the topology last said. A thread of its own asks: now and then, and soon
 * after somebody found that it is not so any more.
 */
final class Masters implements Routes {

    private static final Logger LOG = System.getLogger(Masters.class.getName());

    private final Topology topology;
    private final Function<HostAndPort, Master> factory;
    private final Follows follows;
    private final Thread asker = Threads.start("tidings-redis-topology", this::askAgainAndAgain);

    // Written under this, read by any thread.
    private volatile Layout layout = Layout.NONE;
    private volatile Map<HostAndPort, Master> masters = Map.of();

    private boolean unknown; // touched by the asker only

    // Guarded by this.
    private boolean outdated = true;
    private boolean closed;

    Masters(Topology topology, Function<HostAndPort, Master> factory, Follows follows) {
        this.topology = topology;
        this.factory = factory;
        this.follows = follows;
    }

    void start() {
        asker.start();
    }

    @Override
    public @Nullable AppendLink appendLink(Lane lane) {
        Master master = lane.detour() == null ? of(lane.partition) : at(lane.detour());
        return master == null ? null : master.appends();
    }

    @Override
    public @Nullable ReadLink readLink(Question question) {
        Master master = question.detour() == null ? of(question.partition()) : at(question.detour());
        return master == null ? null : master.reads();
    }

    @Override
    public synchronized void refresh() {
        outdated = true;
        notifyAll();
    }

    /** Returns the masters that serve something. */
    List<Master> serving() {
        Map<HostAndPort, Master> current = masters;
        List<Master> serving = new ArrayList<>();
        for (HostAndPort each : layout.all()) {
            Master master = current.get(each);
            if (master != null) {
                serving.add(master);
            }
        }
        return serving;
    }

    /** Returns a partition that a master serves, -1 if it serves none. */
    int partitionOf(HostAndPort server) {
        return layout.masters().indexOf(server);
    }

    /** Ends all links and waits for their threads, each up to a while. */
    void close(long millis) {
        List<Master> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(masters.values());
            notifyAll();
        }
        asker.interrupt();
        all.forEach(Master::cut);
        try {
            for (Master each : all) {
                each.join(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // they are daemons, and their connections are cut
        }
    }

    private @Nullable Master of(int partition) {
        HostAndPort server = layout.master(partition);
        return server == null ? null : masters.get(server);
    }

    /** Returns the master at an address, also one that serves nothing yet: slots are being moved to it. */
    private @Nullable Master at(HostAndPort server) {
        Master known = masters.get(server);
        return known == null ? admit(server) : known;
    }

    private synchronized @Nullable Master admit(HostAndPort server) {
        if (closed) {
            return null;
        }
        Map<HostAndPort, Master> more = new HashMap<>(masters);
        Master master = more.computeIfAbsent(server, this::start);
        masters = Map.copyOf(more);
        return master;
    }

    private Master start(HostAndPort server) {
        Master master = factory.apply(server);
        master.start();
        return master;
    }

    private void askAgainAndAgain() {
        Backoff backoff = new Backoff();
        try {
            while (awaitTurn()) {
                if (ask()) {
                    backoff.reset();
                }
                // Also after success, or links that cannot connect to a dead master would keep this busy.
                TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
            }
        } catch (InterruptedException e) {
            // Closed.
        }
        topology.close();
    }

    private synchronized boolean awaitTurn() throws InterruptedException {
        long deadline = System.nanoTime() + topology.interval().toNanos();
        for (long left = topology.interval().toNanos(); !closed && !outdated && left > 0; ) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        outdated = false;
        return !closed;
    }

    private boolean ask() {
        try {
            apply(topology.discover());
            unknown = false;
            return true;
        } catch (RuntimeException e) {
            // Said once, not with every attempt.
            Level level = unknown ? Level.DEBUG : Level.WARNING;
            LOG.log(level, "cannot find out who the masters are: {0}", e.getMessage());
            unknown = true;
            refresh();
            return false;
        }
    }

    private void apply(Layout found) {
        List<Master> gone;
        synchronized (this) {
            if (closed || found.equals(layout)) {
                return;
            }
            Set<HostAndPort> wanted = found.all();
            Map<HostAndPort, Master> next = new HashMap<>();
            wanted.forEach(server -> {
                Master known = masters.get(server);
                next.put(server, known == null ? start(server) : known);
            });
            gone = masters.values().stream()
                    .filter(master -> !wanted.contains(master.server()))
                    .toList();
            masters = Map.copyOf(next);
            layout = found;
        }
        LOG.log(Level.INFO, "the logs are at {0}", found.all());
        follows.assign(partition -> {
            Master master = of(partition);
            return master == null ? null : master.follows();
        });
        gone.forEach(Master::close);
    }
}
