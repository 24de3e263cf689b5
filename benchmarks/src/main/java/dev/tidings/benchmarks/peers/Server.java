package dev.tidings.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The part that all servers have in common: it takes commands on its standard input, a line each, and answers with a line
 * on its standard output. They end with their input.
 */
final class Server {

    private final Consumer<String> publisher;
    private long number; // of the publishing thread, one after the other

    private Server(Consumer<String> publisher) {
        this.publisher = publisher;
    }

    /**
     * Says that a server listens, and serves commands until they end.
     *
     * @param publisher sends data to every open stream of {@code /events}
     */
    static void serve(int port, Consumer<String> publisher) throws IOException {
        System.out.println("listening " + port);
        Server server = new Server(publisher);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(server.run(line.split(" ", -1)));
        }
        System.exit(0);
    }

    private String run(String[] command) {
        return switch (command[0]) {
            case "publish" -> {
                int perSecond = Integer.parseInt(command[1]);
                int millis = Integer.parseInt(command[2]);
                int bytes = Integer.parseInt(command[3]);
                // Not here: a server whose publisher is held up by its readers must still answer.
                new Thread(() -> publish(perSecond, millis, bytes), "publisher").start();
                yield "publishing";
            }
            case "heap" -> "heap " + usedAfterCollection();
            default -> throw new IllegalArgumentException("unknown command " + command[0]);
        };
    }

    /** Publishes at an even rate, each event when it is due, late or not. */
    private void publish(int perSecond, int millis, int bytes) {
        String padding = "x".repeat(Math.max(0, bytes - 40));
        long start = System.nanoTime();
        long events = (long) perSecond * millis / 1000;
        for (long i = 0; i < events; i++) {
            long due = start + i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            publisher.accept("{\"n\":" + number + ",\"t\":" + System.nanoTime() + ",\"p\":\"" + padding + "\"}");
            number++;
        }
    }

    private static long usedAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
