package dev.tidings.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;

/** What a server in a process of its own answers: a line each, with a name in front; other lines are its log. */
public final class Answers {

    private final BufferedReader output;

    public Answers(BufferedReader output) {
        this.output = output;
    }

    /** Waits for the next answer of this name, and returns what stands behind the name. */
    public String next(String name) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(name + " ")) {
                return line.substring(name.length() + 1);
            }
        }
        throw new IOException("the server has ended");
    }
}
