package dev.tidings.sse.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network that fails as told, between one node and its server: a loopback port that forwards to another.
 *
 * <pre>{@code
 * proxy.toClient(Fault.SWALLOW);   // a one-way black hole
 * proxy.heal();
 * }</pre>
 *
 * <p>Faults hold for connections that are open and for those that open later. Thread-safe.
 */
final class TcpFaultProxy implements AutoCloseable {

    /** What becomes of the bytes of one direction. */
    enum Fault {
        /** They pass. */
        NONE,
        /** They wait, and pass when the network is healed, also when who sent them has gone meanwhile. */
        HOLD,
        /** They are lost, without a word to anybody. What lost bytes cannot go on, and is cut when healed. */
        SWALLOW
    }

    private final ServerSocket listener;
    private final List<TcpLink> links = new CopyOnWriteArrayList<>();

    private final boolean speaksRedis;
    private final AtomicInteger lostMessages = new AtomicInteger();

    // Written by the test, read by the threads of links.
    private volatile int target;
    private volatile Fault toServer = Fault.NONE;
    private volatile Fault toClient = Fault.NONE;
    private volatile Duration delay = Duration.ZERO;
    private volatile double messageLoss;
    private volatile boolean refusing;
    private volatile boolean closed;

    /** Opens a way to a loopback port. */
    TcpFaultProxy(int target) {
        this(target, false);
    }

    private TcpFaultProxy(int target, boolean speaksRedis) {
        this.target = target;
        this.speaksRedis = speaksRedis;
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread acceptor = new Thread(this::accept, "fault-proxy-" + port());
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Opens a way to a server without TLS, on which single announcements can be lost. */
    static TcpFaultProxy toRedis(int target) {
        return new TcpFaultProxy(target, true);
    }

    int port() {
        return listener.getLocalPort();
    }

    String uri() {
        return "redis://127.0.0.1:" + port();
    }

    /** Leads new connections elsewhere. */
    void retarget(int newTarget) {
        target = newTarget;
    }

    /** Returns the connections that are open, the oldest first. */
    List<TcpLink> links() {
        return List.copyOf(links);
    }

    // Faults.

    void toServer(Fault fault) {
        toServer = fault;
        links.forEach(link -> link.toServer(fault));
    }

    void toClient(Fault fault) {
        toClient = fault;
        links.forEach(link -> link.toClient(fault));
    }

    /** Nothing passes either way, and nobody is told. */
    void blackHole() {
        toServer(Fault.SWALLOW);
        toClient(Fault.SWALLOW);
    }

    /** Nothing passes for now, but nothing is lost. */
    void stall() {
        toServer(Fault.HOLD);
        toClient(Fault.HOLD);
    }

    /** Everything takes so much longer, each way. */
    void delay(Duration each) {
        delay = each;
    }

    /** Loses this share of the announcements, from 0 to 1, and nothing else; on a way {@link #toRedis} only. */
    void loseMessages(double share) {
        if (!speaksRedis) {
            throw new IllegalStateException("this proxy does not know what passes through it");
        }
        messageLoss = share;
    }

    /** Resets all connections. New ones are welcome. */
    void cut() {
        links.forEach(TcpLink::reset);
    }

    /** Resets all connections, and all that come until it is healed. */
    void partition() {
        refusing = true;
        cut();
    }

    /** Back to normal. */
    void heal() {
        refusing = false;
        delay = Duration.ZERO;
        messageLoss = 0;
        toServer(Fault.NONE);
        toClient(Fault.NONE);
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(listener);
        cut();
    }

    boolean speaksRedis() {
        return speaksRedis;
    }

    /** Returns how many announcements were lost so far. */
    int lostMessages() {
        return lostMessages.get();
    }

    /** Tells whether a reply gets through. */
    boolean passes(byte[] reply) {
        boolean lost = ThreadLocalRandom.current().nextDouble() < messageLoss && ReplySplitter.isMessage(reply);
        if (lost) {
            lostMessages.incrementAndGet();
        }
        return !lost;
    }

    Duration delay() {
        return delay;
    }

    void forget(TcpLink link) {
        links.remove(link);
    }

    private void accept() {
        while (!closed) {
            try {
                link(listener.accept());
            } catch (IOException e) {
                // Closed, or a client that left at once.
            }
        }
    }

    private void link(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            if (refusing) {
                throw new IOException("partitioned");
            }
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
        } catch (IOException e) {
            client.setSoLinger(true, 0);
            client.close();
            closeQuietly(server);
            return;
        }
        TcpLink link = new TcpLink(this, client, server);
        links.add(link);
        link.toServer(toServer);
        link.toClient(toClient);
        link.start();
        if (refusing || closed) {
            link.reset(); // what began meanwhile did not see this link
        }
    }

    static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is gone either way.
        }
    }
}
