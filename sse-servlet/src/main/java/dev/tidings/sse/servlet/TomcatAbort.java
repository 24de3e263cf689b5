package dev.tidings.sse.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Tells Tomcat's connector to close at once. Left alone, {@code complete()} takes effect after the connector's
 * {@code connectionTimeout}, 60 s by default.
 */
final class TomcatAbort implements Abort {

    static final TomcatAbort INSTANCE = new TomcatAbort(NoAbort.INSTANCE);

    private static final String PEER_IS_GONE = "org.apache.catalina.connector.ClientAbortException";

    private static final Logger LOG = System.getLogger(TomcatAbort.class.getName());

    private final NoAbort otherwise;
    private final AtomicBoolean toldOfHttp2 = new AtomicBoolean();

    TomcatAbort(NoAbort otherwise) {
        this.otherwise = otherwise;
    }

    /** Returns this, for a stream over this protocol; says once what Tomcat makes of streams over HTTP/2. */
    TomcatAbort over(String protocol) {
        if (protocol.startsWith("HTTP/2") && toldOfHttp2.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "streams over Tomcat's HTTP/2: a browser that does not read holds up the streams of others, since"
                            + " Tomcat blocks in a write to it. Let the proxy speak HTTP/2 to browsers, and HTTP/1.1 to"
                            + " Tomcat");
        }
        return this;
    }

    /** Does {@code facade.response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, new IOException())}. */
    @Override
    public boolean cut(AsyncContext async) {
        try {
            Object coyote = TomcatLock.coyoteResponse(async.getResponse());
            Class<?> codes = Class.forName(
                    "org.apache.coyote.ActionCode", true, coyote.getClass().getClassLoader());
            Object closeNow = codes.getField("CLOSE_NOW").get(null);
            coyote.getClass()
                    .getMethod("action", codes, Object.class)
                    .invoke(coyote, closeNow, new IOException("the peer does not read"));
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            otherwise.because(e);
            return false;
        }
    }

    @Override
    public @Nullable Lock lockOf(ServletRequest request, ServletResponse response) {
        return request.getProtocol().startsWith("HTTP/1") ? TomcatLock.of(response) : null;
    }

    /**
     * After this exception Tomcat has a thread of its own clean up, and may recycle the request without a word to any
     * listener. It does nothing of the kind after one that is a wrapper's own, nor when it refuses to write to a stream
     * of HTTP/2 that the peer has cancelled.
     */
    @Override
    public boolean endsAfterFailedWrite(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getName().equals(PEER_IS_GONE)) {
                return true;
            }
        }
        return false;
    }
}
