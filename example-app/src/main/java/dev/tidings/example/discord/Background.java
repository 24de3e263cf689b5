package dev.tidings.example.discord;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Does something for users off the path of their requests, for each user once at a time. Any thread may ask and none waits;
 * two threads do the work.
 */
final class Background implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Background.class.getName());
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 1_000;
    private static final long PATIENCE_SECONDS = 10;

    private final Consumer<String> work;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), Background::thread);

    Background(Consumer<String> work) {
        this.work = work;
    }

    /** Has it done soon, unless it is about to be done; who does not fit in is forgotten, and may ask again. */
    void ask(String userId) {
        if (!underWay.add(userId)) {
            return;
        }
        try {
            threads.execute(() -> run(userId));
        } catch (RejectedExecutionException e) {
            underWay.remove(userId);
        }
    }

    private void run(String userId) {
        underWay.remove(userId); // first: who asks from now on may have seen something newer
        try {
            work.accept(userId);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "Failed in the background", e);
        }
    }

    /** Waits for what is under way, and drops the rest. */
    @Override
    public void close() {
        threads.shutdown();
        threads.getQueue().clear();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "discord");
        thread.setDaemon(true);
        return thread;
    }
}
