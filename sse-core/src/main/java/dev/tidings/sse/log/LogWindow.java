package dev.tidings.sse.log;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The retained, contiguous, recent part of one topic's log: items by position, and the position before the oldest.
 *
 * <p>Not synchronised; its owner locks.
 *
 * @param <T> what is kept at each position
 */
public final class LogWindow<T> {

    /** What {@link #indexAfter} says of a position it does not know. */
    public static final int UNKNOWN = -1;

    private static final int INITIAL_CAPACITY = 4;

    // A ring, sized in powers of two; positions apart from items, so that a search touches one array of longs.
    private long[] positions = new long[INITIAL_CAPACITY];
    private Object[] items = new Object[INITIAL_CAPACITY];
    private int head;
    private int size;
    private long base;

    /** Creates an empty window of a log that ends at a position. */
    public LogWindow(long base) {
        this.base = base;
    }

    /** Returns the number of items. */
    public int size() {
        return size;
    }

    /** Returns the position before the oldest item, which is {@link #end} where there is none. */
    public long base() {
        return base;
    }

    /** Returns the position of the newest item, or {@link #base} where there is none. */
    public long end() {
        return size == 0 ? base : positionAt(size - 1);
    }

    /** Returns the item at an index, 0 being the oldest. */
    @SuppressWarnings("unchecked") // only add() stores, and it stores T
    public T get(int index) {
        return (T) items[slot(index)];
    }

    /** Returns the position at an index, 0 being the oldest. */
    public long positionAt(int index) {
        return positions[slot(index)];
    }

    /** Appends an item. The caller has checked that it follows {@link #end}. */
    public void add(long position, T item) {
        if (size == items.length) {
            grow();
        }
        int slot = slot(size);
        positions[slot] = position;
        items[slot] = item;
        size++;
    }

    /** Drops the oldest item; its position becomes the base. */
    public T removeOldest() {
        T oldest = get(0);
        base = positions[head];
        items[head] = null; // or the ring would keep it reachable
        head = slot(1);
        size--;
        return oldest;
    }

    /** Keeps only the items that pass. The base stays, so whoever stands at it or later is still known. */
    public void retain(Predicate<? super T> keep) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            T item = get(i);
            if (keep.test(item)) {
                positions[slot(kept)] = positionAt(i);
                items[slot(kept)] = item;
                kept++;
            }
        }
        for (int i = kept; i < size; i++) {
            items[slot(i)] = null;
        }
        size = kept;
    }

    /** Drops everything and goes on from a position. */
    public void restart(long newBase) {
        Arrays.fill(items, null);
        head = 0;
        size = 0;
        base = newBase;
    }

    /**
     * Returns the index of what comes directly after a position that this window knows, being its base or one of its
     * items ({@link #size} after the newest), or {@link #UNKNOWN}.
     */
    public int indexAfter(long position) {
        if (position == base) {
            return 0;
        }
        int later = firstLaterThan(position);
        return later > 0 && positionAt(later - 1) == position ? later : UNKNOWN;
    }

    /** Returns the index of the oldest item later than a position, or {@link #size} where there is none. */
    public int firstLaterThan(long position) {
        if (position >= end()) {
            return size; // the common case: a reader at the end
        }
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (positionAt(middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int slot(int index) {
        return (head + index) & (items.length - 1);
    }

    private void grow() {
        long[] morePositions = new long[size * 2];
        Object[] moreItems = new Object[size * 2];
        for (int i = 0; i < size; i++) {
            morePositions[i] = positionAt(i);
            moreItems[i] = items[slot(i)];
        }
        positions = morePositions;
        items = moreItems;
        head = 0;
    }
}
