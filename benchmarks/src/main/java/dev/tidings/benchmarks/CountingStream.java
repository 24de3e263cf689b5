package dev.tidings.benchmarks;

import dev.tidings.sse.spi.FrameSubscriber;
import java.util.concurrent.Semaphore;

/** A connection that is always ready and counts its bytes: all but the transport. */
final class CountingStream implements FrameSubscriber {

    private final Semaphore written;
    private volatile boolean announcing = true;
    private long bytes; // touched by the loop

    CountingStream(Semaphore written) {
        this.written = written;
    }

    @Override
    public Outcome offer(byte[] frames) {
        bytes += frames.length;
        if (announcing) {
            written.release();
        }
        return Outcome.TAKEN;
    }

    @Override
    public void end() {}

    @Override
    public void abort() {}

    void announces(boolean each) {
        announcing = each;
    }

    long bytes() {
        return bytes;
    }
}
