package dev.tidings.sse.servlet;

import jakarta.servlet.AsyncContext;
import java.io.Closeable;
import java.io.IOException;

/** Closes Undertow's connection. Left alone, it would wait for ever. */
final class UndertowAbort implements Abort {

    static final Abort INSTANCE = new UndertowAbort(NoAbort.INSTANCE);

    private final NoAbort otherwise;

    UndertowAbort(NoAbort otherwise) {
        this.otherwise = otherwise;
    }

    /** Does {@code request.getExchange().getConnection().close()}. */
    @Override
    public boolean cut(AsyncContext async) {
        try {
            Object request = Abort.unwrap(async.getRequest());
            Object exchange = request.getClass().getMethod("getExchange").invoke(request);
            Closeable connection =
                    (Closeable) exchange.getClass().getMethod("getConnection").invoke(exchange);
            connection.close();
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            otherwise.because(e);
        }
        return false;
    }
}
