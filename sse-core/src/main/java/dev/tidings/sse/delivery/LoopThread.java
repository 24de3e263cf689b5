package dev.tidings.sse.delivery;

import java.util.concurrent.locks.LockSupport;

/** Drives a loop: steps it while there is work, and sleeps until there is. */
final class LoopThread {

    private final DeliveryLoop loop;
    private final Thread thread;
    private volatile boolean sleeping;
    private volatile boolean stopped;

    LoopThread(DeliveryLoop loop, String name) {
        this.loop = loop;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true); // a forgotten broadcaster must not keep a process alive
        loop.wakeWith(this::wake);
    }

    void start() {
        thread.start();
    }

    /** Stops after the tasks handed in so far, and waits for it unless called on the loop itself. */
    void stop() {
        loop.execute(() -> stopped = true);
        boolean interrupted = false;
        while (Thread.currentThread() != thread && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            if (!loop.step()) {
                sleep();
            }
        }
    }

    private void sleep() {
        sleeping = true;
        // Looked at again after sleeping is set: whoever added work before that did not wake us.
        if (!loop.hasWork()) {
            LockSupport.parkNanos(this, loop.nanosToNextTimer());
        }
        sleeping = false;
    }

    private void wake() {
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }
}
