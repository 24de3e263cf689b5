package dev.tidings.example.streams;

import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.StreamSummary;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has a stream open at this node looks at their guilds, again and again: a page that is merely open asks for nothing, and
 * would keep what its user has lost elsewhere until their session ends.
 */
public final class OpenPages implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(OpenPages.class.getName());

    private final EventBroadcaster broadcaster;
    private final Consumer<String> looks;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(OpenPages::thread);

    /**
     * Begins to look.
     *
     * @param looks told of each user, and must not block
     */
    public OpenPages(EventBroadcaster broadcaster, Consumer<String> looks, Duration interval) {
        this.broadcaster = broadcaster;
        this.looks = looks;
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        broadcaster.connections().thenAccept(this::lookAt).whenComplete(OpenPages::noted);
    }

    private void lookAt(List<StreamSummary> streams) {
        Set<String> users = new LinkedHashSet<>();
        for (StreamSummary stream : streams) {
            String principal = stream.principal();
            if (principal != null) {
                users.add(principal);
            }
        }
        List<String> inAnyOrder = new ArrayList<>(users);
        Collections.shuffle(inAnyOrder); // of too many at once some are not heard, and not always the same
        inAnyOrder.forEach(looks);
    }

    private static void noted(@Nullable Void nothing, @Nullable Throwable failure) {
        if (failure != null) { // the broadcaster is closed, as a rule
            LOGGER.log(Level.DEBUG, "Whose pages are open is not known", failure);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "open-pages");
        thread.setDaemon(true);
        return thread;
    }
}
