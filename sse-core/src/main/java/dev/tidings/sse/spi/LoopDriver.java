package dev.tidings.sse.spi;

/**
 * What runs the delivery loops and tells them the time: a thread each in production, a test's own hand in a test.
 */
public interface LoopDriver {

    /** Returns the clocks that loops go by. */
    TimeSource time();

    /**
     * Begins to drive a loop.
     *
     * @return stops driving it, after the tasks it has been given so far, and lets it {@link Loop#rest}; returns when it does
     */
    Runnable drive(Loop loop);

    /**
     * A delivery loop: a deterministic queue of steps. All methods but {@link #execute} are for the one thread that drives
     * it.
     */
    interface Loop {

        /** Does one step, a task, a timer or a slice of delivery, and tells whether there was anything to do. */
        boolean step();

        /** Tells whether {@link #step} would find something other than a timer. */
        boolean hasWork();

        /** Returns the nanoseconds until the next timer is due; {@link Long#MAX_VALUE} where there is none. */
        long nanosToNextTimer();

        /** Hands in a task, from any thread. */
        void execute(Runnable task);

        /** Sets what is run, on any thread, whenever a task was handed in. */
        void wakeWith(Runnable waker);

        /**
         * Says that nothing drives it any more, the last call of what did: from now on whoever hands in a task has it run at
         * once, one at a time.
         */
        void rest();
    }
}
