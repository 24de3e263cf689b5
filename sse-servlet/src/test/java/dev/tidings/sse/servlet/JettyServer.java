package dev.tidings.sse.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** A Jetty on a free port. */
final class JettyServer implements AutoCloseable {

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ServletContextHandler context = new ServletContextHandler("/");
    private final Connections connections = new Connections();

    JettyServer() {
        connector.addBean(connections);
        server.addConnector(connector);
        server.setHandler(context);
    }

    JettyServer servlet(String path, HttpServlet servlet) {
        return servlet(path, servlet, true);
    }

    JettyServer servlet(String path, HttpServlet servlet, boolean asyncSupported) {
        ServletHolder holder = new ServletHolder("servlet at " + path, servlet);
        holder.setAsyncSupported(asyncSupported);
        context.addServlet(holder, path);
        return this;
    }

    JettyServer filter(Filter filter) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
        return this;
    }

    JettyServer start() {
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty does not start", e);
        }
        return this;
    }

    int port() {
        return connector.getLocalPort();
    }

    /** Makes the stop wait for requests that are not over. */
    void waitForRequestsOnStop(Duration atMost) {
        server.setHandler(new GracefulHandler(context));
        server.setStopTimeout(atMost.toMillis());
    }

    /** Waits until Jetty has closed every connection there was. */
    void awaitNoConnections() throws InterruptedException {
        connections.awaitNone();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty does not stop", e);
        }
    }

    private static final class Connections implements Connection.Listener {

        private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

        private int open;

        @Override
        public synchronized void onOpened(Connection connection) {
            open++;
        }

        @Override
        public synchronized void onClosed(Connection connection) {
            open--;
            notifyAll();
        }

        synchronized void awaitNone() throws InterruptedException {
            long deadline = System.nanoTime() + TIMEOUT_NANOS;
            while (open > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(open + " connections are still open");
                }
                wait(left);
            }
        }
    }
}
