package dev.tidings.example.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server: Jetty, embedded, with routes instead of a web.xml. */
public final class WebServer {

    private static final int MAX_FORM_BYTES = 8 * 1024;
    private static final int MAX_FORM_FIELDS = 16;
    private static final Set<String> ANY = Set.of("0.0.0.0", "::");
    private static final long STOP_MILLIS = 1_000;

    private final Server server = new Server(new QueuedThreadPool());
    private final ServerConnector connector;
    private final ServletContextHandler context = new ServletContextHandler();
    private final Map<String, RouteServlet> routes = new HashMap<>();

    /** Creates a server that only this machine will reach. */
    public WebServer(int port) {
        this("localhost", port);
    }

    /** Creates a server that will listen on one of this machine's addresses, or on all of them. */
    public WebServer(String host, int port) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        context.setMaxFormContentSize(MAX_FORM_BYTES);
        context.setMaxFormKeys(MAX_FORM_FIELDS);
        server.setErrorHandler(new ProblemErrorHandler());
        server.setHandler(new SecurityHeaders(new GracefulHandler(context)));
        server.setStopTimeout(STOP_MILLIS);
    }

    /** Tells of every request that reaches a route, those that a later {@link #guard} refuses among them. */
    public void observe(RequestObserver observer) {
        filter((request, response, chain) -> {
            long start = System.nanoTime();
            int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR; // unless there is an answer
            try {
                chain.doFilter(request, response);
                status = ((HttpServletResponse) response).getStatus();
            } finally {
                observer.answered(route((HttpServletRequest) request), status, System.nanoTime() - start);
            }
        });
    }

    private static String route(HttpServletRequest request) {
        HttpServletMapping mapping = request.getHttpServletMapping();
        return switch (mapping.getMappingMatch()) {
            case CONTEXT_ROOT -> "/";
            case DEFAULT -> "(file)"; // of a library, or one that does not exist
            default -> mapping.getPattern();
        };
    }

    /** Checks every request before its route; the check throws a {@link Problem} to refuse it. */
    public void guard(Consumer<HttpServletRequest> check) {
        filter((request, response, chain) -> {
            HttpServletRequest http = (HttpServletRequest) request;
            try {
                check.accept(http);
            } catch (Problem e) {
                Answer.problem(http, (HttpServletResponse) response, e.status(), e.detail());
                return;
            }
            chain.doFilter(request, response);
        });
    }

    private void filter(Filter filter) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setAsyncSupported(true); // event streams pass through here, too
        context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
    }

    /** Adds a route for GET and HEAD. */
    public void get(String path, Handler handler) {
        route(path).on("GET", handler);
    }

    /** Adds a route for POST. */
    public void post(String path, Handler handler) {
        route(path).on("POST", handler);
    }

    /** Adds a route for PUT. */
    public void put(String path, Handler handler) {
        route(path).on("PUT", handler);
    }

    /** Answers 404 under a path, whatever the method, where no other route fits. */
    public void nothingElse(String path) {
        route(path);
    }

    /** Adds a servlet, which may be asynchronous. */
    public void servlet(String path, HttpServlet servlet) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
    }

    private RouteServlet route(String path) {
        return routes.computeIfAbsent(path, key -> {
            RouteServlet servlet = new RouteServlet();
            context.addServlet(new ServletHolder(servlet), key);
            return servlet;
        });
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the port cannot be had
     */
    public void start() throws IOException {
        StaticFiles.mount(context);
        try {
            server.start();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the server does not start", e);
        }
    }

    /** Where this machine reaches it. */
    public URI address() {
        String host = ANY.contains(connector.getHost()) ? "localhost" : connector.getHost();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + connector.getLocalPort());
    }

    /** Stops, and lets requests that are being answered finish; streams are expected to be gone. */
    public void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        }
    }
}
