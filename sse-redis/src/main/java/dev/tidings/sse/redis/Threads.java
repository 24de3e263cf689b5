package dev.tidings.sse.redis;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;

/** The threads of a backplane. All are daemons: none keeps a process alive. */
final class Threads {

    private Threads() {}

    static ThreadFactory named(String name) {
        return task -> start(name, task);
    }

    /** Creates a thread, which the caller starts. */
    static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Creates the pool on which the stages of publishes complete. What applications chain to these may block, and then
     * holds up what others chained to theirs, but nothing else.
     */
    static ExecutorService answers() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        return new ForkJoinPool(
                threads,
                pool -> {
                    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
                    thread.setName("tidings-redis-answers-" + thread.getPoolIndex());
                    return thread;
                },
                (thread, failure) -> System.getLogger(Threads.class.getName())
                        .log(System.Logger.Level.ERROR, "an application's stage failed", failure),
                true);
    }

    /**
     * Creates the pool on which reads complete. Streams wait for some of them, and applications chain to others, which may
     * block: then there is another thread.
     */
    static ExecutorService reads() {
        return Executors.newCachedThreadPool(named("tidings-redis-reads"));
    }
}
