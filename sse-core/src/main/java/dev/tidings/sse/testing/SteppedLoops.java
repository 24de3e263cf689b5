package dev.tidings.sse.testing;

import dev.tidings.sse.spi.LoopDriver;
import dev.tidings.sse.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Loops, and an executor beside them, that the test's thread steps in turn. */
final class SteppedLoops implements LoopDriver, Executor {

    private final ManualClock clock;
    private final List<Loop> loops = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private int turn;

    SteppedLoops(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public TimeSource time() {
        return clock;
    }

    @Override
    public Runnable drive(Loop loop) {
        loops.add(loop);
        return () -> {
            loops.remove(loop);
            while (loop.step()) {}
            loop.rest();
        };
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Does one step of the next loop that has one, the executor being the last of them. */
    boolean step() {
        int all = loops.size() + 1;
        for (int i = 0; i < all; i++) {
            int next = turn % all;
            turn = next + 1;
            if (next < loops.size() ? loops.get(next).step() : runTask()) {
                return true;
            }
        }
        return false;
    }

    long nanosToNextTimer() {
        return loops.stream().mapToLong(Loop::nanosToNextTimer).min().orElse(Long.MAX_VALUE);
    }

    private boolean runTask() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }
}
