package dev.tidings.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** What lives on the heap after a collection. */
final class Heap {

    private static final int LEAST_PER_THING = 2; // bytes; below that a class is not worth a line

    private Heap() {}

    static long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    /** Returns the classes that take most, with objects and bytes per thing. */
    static String largestClasses(int things) {
        return histogram()
                .lines()
                .map(line -> line.trim().split("\\s+", -1))
                .filter(columns -> columns[0].endsWith(":") && Long.parseLong(columns[2]) / things >= LEAST_PER_THING)
                .map(columns -> String.format(
                        "    %6.2f objects %6.1f B  %s",
                        Double.parseDouble(columns[1]) / things, Double.parseDouble(columns[2]) / things, columns[3]))
                .collect(Collectors.joining("\n"));
    }

    private static String histogram() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
