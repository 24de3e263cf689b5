package dev.tidings.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * Measures what an idle stream takes in a real container: {@code IdleStreams [count]}. Each container is a process of
 * its own; the clients are in this one, and need as many files open as there are streams.
 */
public final class IdleStreams {

    private static final int WARM_UP = 500;

    private IdleStreams() {}

    public static void main(String[] args) throws IOException {
        int count = args.length > 0 && !args[0].isEmpty() ? Integer.parseInt(args[0]) : 10_000;
        System.out.printf("%-13s %14s %14s %8s%n", "", "resident B", "heap B", "threads");
        for (String container : List.of("jetty", "tomcat", "tomcat-tuned")) {
            measure(container, count);
        }
    }

    private static void measure(String container, int count) throws IOException {
        try (ServerProcess server = new ServerProcess(container);
                StreamClients clients = new StreamClients(server.port())) {
            clients.open(WARM_UP); // classes, pools and the first regions of the heap
            Usage before = server.usage();
            clients.open(count);
            clients.readUntilQuiet(500);
            Usage after = server.usage();
            System.out.printf(
                    "%-13s %14d %14d %8s%n",
                    container,
                    (after.resident() - before.resident()) / count,
                    (after.heap() - before.heap()) / count,
                    before.threads() + "->" + after.threads());
        }
    }
}
