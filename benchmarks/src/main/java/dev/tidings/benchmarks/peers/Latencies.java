package dev.tidings.benchmarks.peers;

/** Counts of latencies, in steps of 2 %. Of one thread. */
final class Latencies {

    private static final double STEP = Math.log(1.02);

    private final long[] counts = new long[1600];
    private long total;

    void add(long nanos) {
        int index = nanos <= 1000 ? 0 : (int) (Math.log(nanos / 1000.0) / STEP);
        counts[Math.min(index, counts.length - 1)]++;
        total++;
    }

    long total() {
        return total;
    }

    /** Returns the latency, in milliseconds, that a share of all did not exceed. */
    double millis(double share) {
        long left = (long) Math.ceil(total * share);
        for (int i = 0; i < counts.length; i++) {
            left -= counts[i];
            if (left <= 0) {
                return Math.exp((i + 1) * STEP) / 1000;
            }
        }
        return Double.NaN;
    }
}
