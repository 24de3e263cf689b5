package dev.tidings.sse.servlet;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sockets that a process holds, by its descriptors. The kernel's tables do not do: a connection that its container
 * forgot is in none of them any more once the peer is gone, and holds a descriptor for ever.
 */
final class OpenSockets {

    private static final Path PROCESSES = Path.of("/proc");

    private OpenSockets() {}

    /** Counts those of this JVM, which are those of the tests' clients as well. */
    static int count() {
        return count("self");
    }

    static int count(String process) {
        Path descriptors = PROCESSES.resolve(process).resolve("fd");
        int sockets = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                if (isSocket(descriptor)) {
                    sockets++;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the descriptors of a process cannot be listed", e);
        }
        return sockets;
    }

    /** Waits until there are no more than this. */
    static void awaitAtMost(int sockets) {
        Until.holds(() -> count() <= sockets, () -> count() + " sockets are open, not " + sockets);
    }

    /** Skips a test where the system does not list descriptors. */
    static void require() {
        if (!Files.isDirectory(PROCESSES.resolve("self/fd"))) {
            LoudSkip.of("The tests that count sockets", "This system has no /proc", "Run them on Linux");
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
