package dev.tidings.sse.redis;

import java.util.concurrent.atomic.LongAdder;

/** What is counted, by any thread. */
final class Figures {

    final LongAdder resyncs = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder reconnects = new LongAdder();

    /** How long the last probe took, in nanoseconds; 0 before the first. */
    volatile long probeNanos;
}
