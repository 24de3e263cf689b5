package dev.tidings.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process takes.
 *
 * @param resident bytes, after a collection
 * @param heap bytes, after a collection
 * @param threads how many
 */
record Usage(long resident, long heap, int threads) {

    /** Collects garbage, then looks at this process. */
    static Usage now() throws IOException {
        long heap = Heap.used(); // collects
        return new Usage(
                residentBytes(), heap, ManagementFactory.getThreadMXBean().getThreadCount());
    }

    static Usage parse(String line) {
        String[] fields = line.split(" ", -1);
        return new Usage(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Integer.parseInt(fields[2]));
    }

    @Override
    public String toString() {
        return resident + " " + heap + " " + threads;
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("the system does not say how much memory a process has");
    }
}
