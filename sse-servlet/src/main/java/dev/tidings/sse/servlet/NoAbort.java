package dev.tidings.sse.servlet;

import jakarta.servlet.AsyncContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** For an unknown container, or one that does not let itself be reached: {@code complete()} must do. Says so once. */
final class NoAbort implements Abort {

    static final NoAbort INSTANCE = new NoAbort();

    private static final Logger LOG = System.getLogger(NoAbort.class.getName());

    private final AtomicBoolean told = new AtomicBoolean();

    NoAbort() {}

    @Override
    public boolean cut(AsyncContext async) {
        because(null);
        return false;
    }

    void because(@Nullable Exception cause) {
        if (told.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "a connection whose peer does not read cannot be cut in this container: it stays open until the"
                            + " container's own write time-out",
                    cause);
        }
    }
}
