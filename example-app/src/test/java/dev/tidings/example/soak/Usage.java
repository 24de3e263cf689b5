package dev.tidings.example.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What the application took, look by look. */
final class Usage {

    private static final double SHARE = 1.15;
    private static final long SPARE_BYTES = 8_000_000;
    private static final long SPARE_FILES = 100; // of tabs that were closed, and whose end the next heartbeat notices
    private static final long SPARE_THREADS = 10;

    private final List<Sample> samples = new ArrayList<>();

    /**
     * One look.
     *
     * @param liveBytes on the heap after a collection
     * @param residentBytes of the process
     */
    record Sample(long liveBytes, long residentBytes, long files, long threads) {}

    void add(Sample sample) {
        samples.add(sample);
    }

    /** By the third quarter all is full that may fill up: the last one takes no more. */
    void assertFlat() {
        assertThat(samples).as("looks").hasSizeGreaterThanOrEqualTo(8);
        assertFlat("live bytes", Sample::liveBytes, SPARE_BYTES);
        assertFlat("files", Sample::files, SPARE_FILES);
        assertFlat("threads", Sample::threads, SPARE_THREADS);
    }

    private void assertFlat(String what, ToLongFunction<Sample> value, long spare) {
        int size = samples.size();
        double third = mean(samples.subList(size / 2, size * 3 / 4), value);
        double last = mean(samples.subList(size * 3 / 4, size), value);
        assertThat(last)
                .as("%s in the last quarter, after %s in the third", what, third)
                .isLessThan(third * SHARE + spare);
    }

    private static double mean(List<Sample> samples, ToLongFunction<Sample> value) {
        return samples.stream().mapToLong(value).average().orElseThrow();
    }
}
