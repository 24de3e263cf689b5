package dev.tidings.sse.delivery;

import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Drives a loop on a thread of its own: steps it while there is work, and sleeps until there is. */
final class LoopThread {

    private final LoopDriver.Loop loop;
    private final Thread thread;
    private volatile boolean sleeping;
    private volatile boolean stopped;

    private LoopThread(LoopDriver.Loop loop, String name) {
        this.loop = loop;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true); // a forgotten broadcaster must not keep a process alive
    }

    /** Returns a driver that gives each loop a thread. */
    static LoopDriver driver() {
        AtomicInteger count = new AtomicInteger();
        return new LoopDriver() {
            @Override
            public TimeSource time() {
                return TimeSource.SYSTEM;
            }

            @Override
            public Runnable drive(Loop loop) {
                LoopThread driven = new LoopThread(loop, "tidings-loop-" + count.getAndIncrement());
                loop.wakeWith(driven::wake);
                driven.thread.start();
                return driven::stop;
            }
        };
    }

    private void stop() {
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
        loop.rest();
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
