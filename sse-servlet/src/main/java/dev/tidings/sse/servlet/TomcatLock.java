package dev.tidings.sse.servlet;

import jakarta.servlet.ServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lock under which Tomcat handles what happens to a connection.
 *
 * <p>If a write of the loop's fails while a thread of Tomcat's is still at the same connection (it has just called back,
 * or is reading that the peer is gone), both end the request. The later of the two then ends the one that was given its
 * parts meanwhile: a connection of <em>somebody else's</em> is closed without an answer.
 */
final class TomcatLock {

    private static final Logger LOG = System.getLogger(TomcatLock.class.getName());
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private TomcatLock() {}

    /** Returns {@code facade.response.getCoyoteResponse()}: the connector's side of a response. */
    static Object coyoteResponse(ServletResponse response) throws ReflectiveOperationException {
        ServletResponse facade = Abort.unwrap(response);
        Object inner = field(facade, facade.getClass(), "response");
        return inner.getClass().getMethod("getCoyoteResponse").invoke(inner);
    }

    /**
     * Returns the lock of a response's connection, or null where this Tomcat does not show it. Does {@code
     * coyoteResponse.hook.getSocketWrapper().getLock()}.
     */
    static @Nullable Lock of(ServletResponse response) {
        try {
            Object coyote = coyoteResponse(response);
            Object processor = field(coyote, coyote.getClass(), "hook");
            Object socket = socketOf(processor);
            return (Lock) socket.getClass().getMethod("getLock").invoke(socket);
        } catch (ReflectiveOperationException | RuntimeException e) {
            if (TOLD.compareAndSet(false, true)) {
                LOG.log(
                        Level.WARNING,
                        "this Tomcat does not show the lock of a connection: where a peer leaves just when it is written"
                                + " to, another connection may be closed with it",
                        e);
            }
            return null;
        }
    }

    private static Object field(Object object, Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }

    private static Object socketOf(Object processor) throws ReflectiveOperationException {
        Class<?> type = Class.forName(
                "org.apache.coyote.AbstractProcessor",
                true,
                processor.getClass().getClassLoader());
        Method getter = type.getDeclaredMethod("getSocketWrapper");
        getter.setAccessible(true);
        return getter.invoke(processor);
    }
}
