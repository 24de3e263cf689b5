package dev.tidings.sse.redis;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for everything that happens at a time. Its tasks do not block. */
final class Timer implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Timer.class.getName());

    private final ScheduledThreadPoolExecutor executor;

    Timer() {
        executor = new ScheduledThreadPoolExecutor(1, Threads.named("tidings-redis-timer"));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Does something after a time; not at all once this is closed. */
    @SuppressWarnings("FutureReturnValueIgnored") // tasks are guarded
    void after(Duration delay, Runnable task) {
        try {
            executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Closed: what it would have looked after is closed, too.
        }
    }

    /** Does something again and again. */
    @SuppressWarnings("FutureReturnValueIgnored") // tasks are guarded
    void every(Duration interval, Runnable task) {
        executor.scheduleWithFixedDelay(guarded(task), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Or the executor would drop the task, and with it all its later runs, without a word. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a periodic task failed", e);
            }
        };
    }
}
