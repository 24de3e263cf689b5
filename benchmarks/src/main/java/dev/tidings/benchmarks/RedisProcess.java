package dev.tidings.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A Redis server on loopback, which keeps nothing on disk and ends with this process. */
final class RedisProcess implements AutoCloseable {

    private final int port;
    private final Process process;

    RedisProcess() throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process = new ProcessBuilder(
                        "redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        while (!answers()) {
            if (!process.isAlive()) {
                throw new IOException("redis-server does not start on port " + port);
            }
            Thread.sleep(20);
        }
    }

    int port() {
        return port;
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Returns the rate at which redis-benchmark gets answers to a command. */
    double ceiling(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                "redis-benchmark",
                "-p",
                "" + port,
                "-q",
                "--csv",
                "-n",
                "300000",
                "-c",
                "4",
                "-P",
                "64",
                "-r",
                "1000"));
        line.addAll(List.of(command));
        Process benchmark = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String last = benchmark
                .inputReader()
                .lines()
                .reduce((first, second) -> second)
                .orElseThrow();
        // "test","rps",...
        String[] fields = last.split("\",\"", -1);
        return Double.parseDouble(fields[1]);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
