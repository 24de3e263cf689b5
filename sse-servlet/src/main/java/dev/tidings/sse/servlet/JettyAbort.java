package dev.tidings.sse.servlet;

import jakarta.servlet.AsyncContext;

/** Nothing to do: Jetty's {@code complete()} aborts over a pending write. */
final class JettyAbort implements Abort {

    static final Abort INSTANCE = new JettyAbort();

    private JettyAbort() {}

    @Override
    public boolean cut(AsyncContext async) {
        return false;
    }
}
