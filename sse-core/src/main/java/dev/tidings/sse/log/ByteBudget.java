package dev.tidings.sse.log;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of many logs together. When they hold too much, one of those that hold most gives some up first.
 *
 * <p>Logs are kept in classes by the power of two of their size, so finding a large one does not mean looking at a million
 * small ones. Thread-safe.
 */
public final class ByteBudget {

    /** Something that holds bytes and can give some up. */
    public interface Holder {

        /**
         * Gives up about half of what it holds, oldest first, and reports it by {@link #changed}. Takes its own lock, so
         * it is called without that of any holder of the same budget.
         */
        void shed();
    }

    private final long most;
    private final AtomicLong held = new AtomicLong();
    private final List<Set<Holder>> classes = IntStream.range(0, Long.SIZE)
            .<Set<Holder>>mapToObj(i -> ConcurrentHashMap.newKeySet())
            .toList();

    /** Creates a budget of so many bytes. */
    public ByteBudget(long most) {
        this.most = most;
    }

    /** Returns how many bytes are held. */
    public long held() {
        return held.get();
    }

    /** Notes that a holder's bytes changed. Called under the holder's own lock, so that its changes come in order. */
    public void changed(Holder holder, long before, long after) {
        held.addAndGet(after - before);
        int from = sizeClass(before);
        int to = sizeClass(after);
        if (from == to) {
            return;
        }
        if (to > 0) {
            classes.get(to).add(holder);
        }
        if (from > 0) {
            classes.get(from).remove(holder);
        }
    }

    /** Makes large holders give up bytes until the budget is kept. Called without the lock of any holder. */
    public void enforce() {
        while (held.get() > most) {
            Holder large = largest();
            if (large == null) {
                return;
            }
            large.shed();
        }
    }

    private @Nullable Holder largest() {
        for (int i = classes.size() - 1; i > 0; i--) {
            Iterator<Holder> holders = classes.get(i).iterator();
            if (holders.hasNext()) {
                return holders.next();
            }
        }
        return null;
    }

    /** 0 for nothing, else one more than the logarithm. */
    private static int sizeClass(long bytes) {
        return Long.SIZE - Long.numberOfLeadingZeros(bytes);
    }
}
