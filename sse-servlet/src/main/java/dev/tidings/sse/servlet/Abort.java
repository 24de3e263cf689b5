package dev.tidings.sse.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection whose peer does not read. The Servlet API has no call for it, and {@link AsyncContext#complete}
 * alone waits for such a peer in most containers, in Undertow for ever, so each needs a way of its own.
 */
interface Abort {

    /**
     * Cuts the connection. Called once, while the request is certainly not over; must neither block nor throw.
     *
     * @return whether the container ends the request by itself now, as after a write that failed
     */
    boolean cut(AsyncContext async);

    /**
     * Tells whether the container ends a request by itself, on a thread of its own, when a write to it has failed in this
     * way. It must not be completed then: the container may be done with it by now, and have given its parts to another
     * request, which the completion would end. After any other failure nobody but us ends it.
     */
    default boolean endsAfterFailedWrite(IOException failure) {
        return false;
    }

    /**
     * Returns what a thread of the container holds while it is at a request's connection, if nothing must be done to that
     * meanwhile; null where it does no harm.
     */
    default @Nullable Lock lockOf(ServletRequest request, ServletResponse response) {
        return null;
    }

    /** Returns the way of the container that made this request. */
    static Abort of(ServletRequest request) {
        String container = unwrap(request).getClass().getName();
        if (container.startsWith("org.eclipse.jetty.")) {
            return JettyAbort.INSTANCE;
        }
        if (container.startsWith("org.apache.catalina.")) {
            return TomcatAbort.INSTANCE.over(request.getProtocol());
        }
        if (container.startsWith("io.undertow.")) {
            return UndertowAbort.INSTANCE;
        }
        return NoAbort.INSTANCE;
    }

    /** Returns the container's own request, without what filters put around it. */
    static ServletRequest unwrap(ServletRequest request) {
        ServletRequest inner = request;
        while (inner instanceof ServletRequestWrapper wrapper) {
            inner = wrapper.getRequest();
        }
        return inner;
    }

    /** Returns the container's own response, without what filters put around it. */
    static ServletResponse unwrap(ServletResponse response) {
        ServletResponse inner = response;
        while (inner instanceof ServletResponseWrapper wrapper) {
            inner = wrapper.getResponse();
        }
        return inner;
    }
}
