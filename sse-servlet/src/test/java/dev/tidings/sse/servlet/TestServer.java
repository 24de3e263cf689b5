package dev.tidings.sse.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/** A container with what a test puts into it. */
final class TestServer implements AutoCloseable {

    private final ServletContainer container = ServletContainer.create();
    private final List<Consumer<ServletContext>> parts = new ArrayList<>();
    private int port;
    private boolean running;

    TestServer servlet(String path, HttpServlet servlet) {
        return servlet(path, servlet, true);
    }

    TestServer servlet(String path, HttpServlet servlet, boolean asyncSupported) {
        parts.add(context -> {
            ServletRegistration.Dynamic registration = context.addServlet("servlet at " + path, servlet);
            registration.setAsyncSupported(asyncSupported);
            registration.addMapping(path);
        });
        return this;
    }

    /** Puts a filter in front of everything. */
    TestServer filter(Filter filter) {
        return filter("filter " + filter.hashCode(), filter, true);
    }

    TestServer filter(String name, Filter filter, boolean asyncSupported) {
        parts.add(context -> {
            FilterRegistration.Dynamic registration = context.addFilter(name, filter);
            registration.setAsyncSupported(asyncSupported);
            registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
        });
        return this;
    }

    TestServer start() {
        try {
            port = container.start((classes, context) -> parts.forEach(part -> part.accept(context)));
        } catch (Exception e) {
            throw new IllegalStateException("the container does not start", e);
        }
        running = true;
        return this;
    }

    int port() {
        return port;
    }

    /** Lets the container hand the same objects to request after request, so that a late write does the most harm. */
    void reuseFacades() {
        container.reuseFacades();
    }

    /** Lets the container speak HTTP/2 as well. */
    TestServer speakHttp2() {
        container.speakHttp2();
        return this;
    }

    /** Makes the stop wait for requests that are not over. */
    void waitForRequestsOnStop(Duration atMost) {
        container.waitOnStop(atMost);
    }

    /** Does this first when it stops. */
    void beforeStop(Runnable action) {
        container.beforeStop(action);
    }

    /** Stops it. Does nothing when it does not run. */
    @Override
    public void close() {
        if (!running) {
            return;
        }
        running = false;
        try {
            container.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the container does not stop", e);
        }
    }
}
