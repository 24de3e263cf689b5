package dev.tidings.benchmarks.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Puts the same audience before each server in turn, and prints what it cost: {@code Compare [rows] [servers]}, each a
 * list with commas. Rows are {@code steady}, {@code saturation}, {@code idle} and {@code frozen}; servers are the classes
 * of this package. Audience and server share the machine, so figures compare with each other, not with those of another.
 */
public final class Compare {

    private static final List<Class<?>> SERVERS =
            List.of(TidingsOnJetty.class, TidingsOnTomcat.class, FluxOnNetty.class, EmitterOnTomcat.class);
    private static final int[] STEPS = {30, 60, 90, 120, 150, 200, 250, 300, 400, 500};
    private static final int SMALL = 200;
    private static final int LARGE = 4096;

    private Compare() {}

    public static void main(String[] args) throws Exception {
        List<String> rows = args.length > 0
                ? Arrays.asList(args[0].split(",", -1))
                : List.of("steady", "saturation", "idle", "frozen");
        List<String> chosen = args.length > 1 ? Arrays.asList(args[1].split(",", -1)) : List.of();
        for (String row : rows) {
            System.out.println(heading(row));
            for (Class<?> server : SERVERS) {
                if (chosen.isEmpty() || chosen.contains(server.getSimpleName())) {
                    System.out.println("| " + server.getSimpleName() + " | " + run(row, server) + " |");
                }
            }
            System.out.println();
        }
    }

    private static String heading(String row) {
        return switch (row) {
            case "steady" ->
                "1,000 connections, 20 events a second to each, after 20 s of the same; medians of 3\n"
                        + "| server | CPU us per delivered event | p50 ms | p99 ms | lost, repeated |\n|---|---|---|---|---|";
            case "saturation" ->
                "1,000 connections, more and more events: the last step with 95 % delivered and p99 < 50 ms\n"
                        + "| server | delivered a second | CPU us per delivered event there | p99 ms there |\n|---|---|---|---|";
            case "idle" -> "10,000 idle connections\n| server | resident bytes each | heap bytes each |\n|---|---|---|";
            case "frozen" ->
                "900 readers, 25 events of 4 KB a second; then 100 more that never read\n"
                        + "| server | p99 ms before | p99 ms with them | delivered of what was sent | heap growth |\n"
                        + "|---|---|---|---|---|";
            default -> throw new IllegalArgumentException("unknown row " + row);
        };
    }

    private static String run(String row, Class<?> main) throws Exception {
        try (ServerProcess server = ServerProcess.start(main);
                Audience audience = new Audience(server.port())) {
            return switch (row) {
                case "steady" -> steady(server, audience);
                case "saturation" -> saturation(server, audience);
                case "idle" -> idle(server, audience);
                default -> frozen(server, audience);
            };
        }
    }

    private static String steady(ServerProcess server, Audience audience) throws Exception {
        audience.open(1000);
        window(server, audience, 20, Duration.ofSeconds(20), SMALL);
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            windows.add(window(server, audience, 20, Duration.ofSeconds(8), SMALL));
        }
        long lost = windows.stream().mapToLong(each -> each.heard.missing()).sum();
        long repeated =
                windows.stream().mapToLong(each -> each.heard.repeated()).sum();
        return format(
                "%.1f | %.1f | %.1f | %d, %d",
                median(windows.stream().mapToDouble(Window::cpuMicros).toArray()),
                median(windows.stream().mapToDouble(each -> each.millis(0.5)).toArray()),
                median(windows.stream().mapToDouble(each -> each.millis(0.99)).toArray()),
                lost,
                repeated);
    }

    private static String saturation(ServerProcess server, Audience audience) throws Exception {
        audience.open(1000);
        window(server, audience, 30, Duration.ofSeconds(20), SMALL);
        String best = "none | - | -";
        for (int step : STEPS) {
            Window window = window(server, audience, step, Duration.ofSeconds(6), SMALL);
            double share = window.heard.latencies().total() / (window.published * 1000.0);
            if (share < 0.95 || window.millis(0.99) >= 50) {
                return best;
            }
            best = format("%,d | %.1f | %.1f", step * 1000, window.cpuMicros(), window.millis(0.99));
        }
        return best + " (no step failed)";
    }

    private static String idle(ServerProcess server, Audience audience) throws Exception {
        audience.open(100);
        long heap = server.heap();
        long resident = server.resident();
        audience.open(9_900);
        heap = server.heap() - heap;
        resident = server.resident() - resident;
        return format("%,d | %,d", resident / 9_900, heap / 9_900);
    }

    private static String frozen(ServerProcess server, Audience audience) throws Exception {
        audience.open(900);
        window(server, audience, 25, Duration.ofSeconds(15), LARGE);
        Window before = window(server, audience, 25, Duration.ofSeconds(10), LARGE);
        long heap = server.heap();
        audience.openFrozen(100);
        Window with = window(server, audience, 25, Duration.ofSeconds(12), LARGE);
        return format(
                "%.1f | %.1f | %.0f %% | %.1f MB",
                before.millis(0.99),
                with.millis(0.99),
                100.0 * with.heard.latencies().total() / (with.published * 900.0),
                (server.heap() - heap) / 1e6);
    }

    private static Window window(ServerProcess server, Audience audience, int perSecond, Duration time, int bytes)
            throws Exception {
        audience.next();
        Duration cpu = server.cpu();
        server.publish(perSecond, time, bytes);
        Thread.sleep(time.toMillis() + 500); // what is late by more was not delivered in time
        Audience.Heard heard = audience.next();
        Duration used = server.cpu().minus(cpu);
        return new Window(perSecond * time.toMillis() / 1000, heard, used);
    }

    private static double median(double... values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private record Window(long published, Audience.Heard heard, Duration cpu) {

        double cpuMicros() {
            return cpu.toNanos() / 1000.0 / heard.latencies().total();
        }

        double millis(double share) {
            return heard.latencies().millis(share);
        }
    }
}
