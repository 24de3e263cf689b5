package dev.tidings.sse.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a scenario once for every way in which its choices can fall: depth first, each time from the beginning, since
 * everything below is deterministic.
 */
final class Interleavings extends Random {

    private static final long serialVersionUID = 1L;

    private final List<Integer> path = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private int depth;

    /** Runs the scenario for all interleavings, and returns how many there were. */
    static int explore(Consumer<Interleavings> scenario) {
        Interleavings choices = new Interleavings();
        int runs = 0;
        do {
            choices.depth = 0;
            try {
                scenario.accept(choices);
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("interleaving " + choices.path + " of run " + runs, failure);
            }
            runs++;
        } while (choices.next());
        return runs;
    }

    /** Chooses one of so many ways to go on. */
    @Override
    public int nextInt(int ways) {
        if (depth == path.size()) {
            path.add(0);
            widths.add(ways);
        }
        return path.get(depth++);
    }

    /** Moves on to the next path: the last choice that has another way left takes it. */
    private boolean next() {
        while (!path.isEmpty()) {
            int last = path.size() - 1;
            int taken = path.remove(last) + 1;
            int ways = widths.remove(last);
            if (taken < ways) {
                path.add(taken);
                widths.add(ways);
                return true;
            }
        }
        return false;
    }
}
