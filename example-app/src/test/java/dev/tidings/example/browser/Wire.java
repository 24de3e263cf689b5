package dev.tidings.example.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What lies between a browser and a server: passes bytes on, and can be cut, or swallow what the server says while both
 * ends believe that they are connected. The browser stays at one address while servers come and go behind it.
 */
final class Wire implements AutoCloseable {

    private final ServerSocket listener;
    private final String streams;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger streamsBegun = new AtomicInteger();
    private volatile URI server;
    private volatile boolean cut;

    /** Leads to a server, and counts the streams that are asked for under this path. */
    Wire(URI server, String path) {
        this.server = server;
        streams = "GET " + path;
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** Where browsers connect. */
    URI address() {
        return URI.create("http://localhost:" + listener.getLocalPort());
    }

    void leadTo(URI anotherServer) {
        server = anotherServer;
    }

    /** From now on nothing that the server says on the streams there are arrives; all else works. */
    void swallow() {
        links.stream().filter(link -> link.isStream).forEach(link -> link.silent = true);
    }

    /** Cuts all connections; while it stays cut, new ones as well. */
    void cut(boolean nowCut) {
        cut = nowCut;
        if (nowCut) {
            links.forEach(Link::close);
        }
    }

    /** Cuts the connections there are, and lets new ones through. */
    void cutOnce() {
        cut(true);
        cut(false);
    }

    int streamsBegun() {
        return streamsBegun.get();
    }

    int openStreams() {
        return (int) links.stream().filter(link -> link.isStream).count();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut(true);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket browser = listener.accept();
                daemon(() -> link(browser));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void link(Socket browser) {
        try {
            Link link = new Link(browser, new Socket(server.getHost(), server.getPort()));
            links.add(link);
            if (cut) {
                link.close();
            }
            daemon(() -> link.pump(browser, link.server, true));
            link.pump(link.server, browser, false);
        } catch (IOException e) {
            closeQuietly(browser); // nobody listens at the other end
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    /** One connection, from the browser through to the server. */
    private final class Link {

        private final Socket browser;
        private final Socket server;
        private volatile boolean silent;
        private volatile boolean isStream;

        Link(Socket browser, Socket server) {
            this.browser = browser;
            this.server = server;
        }

        void pump(Socket from, Socket to, boolean asks) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    note(new String(buffer, 0, count, ISO_8859_1));
                    if (asks || !silent) {
                        out.write(buffer, 0, count);
                        out.flush();
                    }
                }
            } catch (IOException e) {
                // One end is gone, and with it the other.
            }
            close();
        }

        /** Browsers and servers send the head of what they say in one piece. */
        private void note(String text) {
            if (text.startsWith(streams + " ") || text.startsWith(streams + "?")) {
                streamsBegun.incrementAndGet();
            } else if (text.startsWith("HTTP/1.1 ")) {
                isStream = text.contains("text/event-stream"); // and not a refusal on a connection that is kept
            }
        }

        void close() {
            links.remove(this);
            closeQuietly(browser);
            closeQuietly(server);
        }
    }
}
