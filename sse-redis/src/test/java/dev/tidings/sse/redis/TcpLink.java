package dev.tidings.sse.redis;

import dev.tidings.sse.redis.TcpFaultProxy.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link TcpFaultProxy}: two directions, a thread each. */
final class TcpLink {

    private final TcpFaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final Direction toServer;
    private final Direction toClient;
    private final AtomicInteger open = new AtomicInteger(2);

    TcpLink(TcpFaultProxy proxy, Socket client, Socket server) throws SocketException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        toServer = new Direction(client, server, false);
        toClient = new Direction(server, client, proxy.speaksRedis());
    }

    void start() {
        toServer.start("fault-proxy-to-server-" + proxy.port());
        toClient.start("fault-proxy-to-client-" + proxy.port());
    }

    void toServer(Fault fault) {
        toServer.set(fault);
    }

    void toClient(Fault fault) {
        toClient.set(fault);
    }

    /** How many bytes have come from the client so far, passed on or not. */
    long bytesFromClient() {
        return toServer.came;
    }

    /** Tells whether something of what the server sent was swallowed. */
    boolean hasSwallowedFromServer() {
        return toClient.hasSwallowed();
    }

    /** Ends it as a broken network does: both sides see a reset. */
    void reset() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                // It is closed already.
            }
        }
        close();
    }

    /** Ends it in good order: both sides see the end of the stream. */
    void close() {
        toServer.set(Fault.NONE);
        toClient.set(Fault.NONE);
        TcpFaultProxy.closeQuietly(client);
        TcpFaultProxy.closeQuietly(server);
        proxy.forget(this);
    }

    /** The bytes of one direction. */
    private final class Direction {

        private final Socket from;
        private final Socket to;
        private final @Nullable ReplySplitter splitter;

        private volatile long came; // written by the direction's thread

        // Guarded by this.
        private Fault fault = Fault.NONE;
        private boolean swallowed;

        Direction(Socket from, Socket to, boolean replies) {
            this.from = from;
            this.to = to;
            this.splitter = replies ? new ReplySplitter() : null;
        }

        void start(String name) {
            Thread thread = new Thread(this::run, name);
            thread.setDaemon(true);
            thread.start();
        }

        void set(Fault newFault) {
            boolean broken;
            synchronized (this) {
                fault = newFault;
                broken = swallowed && newFault != Fault.SWALLOW;
                swallowed = swallowed && !broken;
                notifyAll();
            }
            if (broken) {
                reset();
            }
        }

        private void run() {
            try {
                pump();
                to.shutdownOutput();
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (open.decrementAndGet() == 0) {
                TcpLink.this.close();
            }
        }

        private void pump() throws IOException, InterruptedException {
            byte[] buffer = new byte[64 << 10];
            InputStream in = from.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                came += length;
                long delay = proxy.delay().toNanos();
                if (delay > 0) {
                    pause(delay);
                }
                if (passes()) {
                    write(buffer, length);
                }
            }
            passes(); // the end waits its turn, too
        }

        private void write(byte[] bytes, int length) throws IOException {
            if (splitter == null) {
                to.getOutputStream().write(bytes, 0, length);
                return;
            }
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            for (byte[] reply : splitter.accept(bytes, length)) {
                if (proxy.passes(reply)) {
                    kept.writeBytes(reply);
                }
            }
            kept.writeTo(to.getOutputStream());
        }

        synchronized boolean hasSwallowed() {
            return swallowed;
        }

        private synchronized boolean passes() throws InterruptedException {
            while (fault == Fault.HOLD) {
                wait();
            }
            swallowed |= fault == Fault.SWALLOW;
            return fault != Fault.SWALLOW;
        }

        private void pause(long nanos) {
            long until = System.nanoTime() + nanos;
            for (long left = nanos; left > 0; left = until - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            }
        }
    }
}
