package dev.tidings.sse.redis;

import dev.tidings.sse.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The events that wait for their answer, by topic, bounded in number and bytes. Thread-safe.
 *
 * <p>A lane is somebody's from the moment it is handed out by {@link #add} until {@link #take} or {@link #letGoIfEmpty} finds
 * it empty.
 */
final class AppendQueue {

    /** About what an event takes beside its bytes. */
    private static final int OBJECTS = 256;

    private final Keys keys;
    private final int maxItems;
    private final long maxBytes;

    // Guarded by this.
    private final Map<Topic, Lane> lanes = new HashMap<>();
    private int items;
    private long bytes;
    private boolean closed;

    AppendQueue(Keys keys, int maxItems, long maxBytes) {
        this.keys = keys;
        this.maxItems = maxItems;
        this.maxBytes = maxBytes;
    }

    /** What became of an event that was to wait. */
    enum Added {
        /** It waits behind others, in a lane that is somebody's. */
        BEHIND,
        /** It is the first in its lane, which is now the caller's to dispatch. */
        FIRST,
        /** There is no room. */
        FULL,
        /** It is too late. */
        CLOSED
    }

    synchronized Added add(Topic topic, PendingAppend item) {
        if (closed) {
            return Added.CLOSED;
        }
        if (items >= maxItems || bytes + size(item) > maxBytes) {
            return Added.FULL;
        }
        items++;
        bytes += size(item);
        Lane lane = lanes.get(topic);
        boolean first = lane == null;
        if (lane == null) {
            lane = new Lane(topic, keys);
            lanes.put(topic, lane);
        }
        lane.waiting.add(item);
        return first ? Added.FIRST : Added.BEHIND;
    }

    /** Returns the lane of a topic that {@link #add} said is the caller's. */
    synchronized Lane lane(Topic topic) {
        Lane lane = lanes.get(topic);
        if (lane == null) {
            throw new IllegalStateException("no lane of " + topic);
        }
        return lane;
    }

    /** Takes the first few of a lane; if there are none, the lane is nobody's any more and must be let go of. */
    synchronized List<PendingAppend> take(Lane lane, int most, long mostBytes) {
        List<PendingAppend> taken = new ArrayList<>(Math.min(most, lane.waiting.size()));
        long takenBytes = 0;
        while (taken.size() < most && takenBytes < mostBytes && !lane.waiting.isEmpty()) {
            PendingAppend first = lane.waiting.remove();
            takenBytes += size(first);
            taken.add(first);
        }
        if (taken.isEmpty()) {
            letGoIfEmpty(lane);
        }
        return taken;
    }

    /** Lets go of a lane whose events have all expired, or it would be kept for as long as there is no link to take it. */
    synchronized boolean letGoIfEmpty(Lane lane) {
        boolean empty = lane.waiting.isEmpty();
        if (empty) {
            lanes.remove(lane.topic, lane);
        }
        return empty;
    }

    /** Puts back, in front, what was taken and has no answer yet. False if it is too late, and they must fail. */
    synchronized boolean giveBack(Lane lane, List<PendingAppend> unanswered) {
        if (closed) {
            return false;
        }
        for (int i = unanswered.size() - 1; i >= 0; i--) {
            lane.waiting.addFirst(unanswered.get(i));
        }
        return true;
    }

    /** Notes that an event that was taken has its answer. */
    synchronized void answered(PendingAppend item) {
        items--;
        bytes -= size(item);
    }

    /** Removes the events that were added before a time. */
    synchronized List<PendingAppend> removeAddedBefore(long nanos) {
        List<PendingAppend> expired = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            Iterator<PendingAppend> each = lane.waiting.iterator();
            while (each.hasNext()) {
                PendingAppend item = each.next();
                if (item.addedNanos() - nanos >= 0) {
                    break; // the others are younger
                }
                each.remove();
                answered(item);
                expired.add(item);
            }
        }
        return expired;
    }

    /** Removes all events, and takes no more. */
    synchronized Deque<PendingAppend> close() {
        closed = true;
        Deque<PendingAppend> all = new ArrayDeque<>();
        lanes.values().forEach(lane -> {
            all.addAll(lane.waiting);
            lane.waiting.clear();
        });
        all.forEach(this::answered);
        return all;
    }

    /** Returns how many events wait for their answer. */
    synchronized int size() {
        return items;
    }

    /** Returns how many topics have a lane. */
    synchronized int lanes() {
        return lanes.size();
    }

    /** Returns when the oldest event that waits to be sent was added, or {@code now} where there is none. */
    synchronized long oldestAddedNanos(long now) {
        long oldest = now;
        for (Lane lane : lanes.values()) {
            PendingAppend first = lane.waiting.peek();
            if (first != null && first.addedNanos() - oldest < 0) {
                oldest = first.addedNanos();
            }
        }
        return oldest;
    }

    private static int size(PendingAppend item) {
        return OBJECTS + item.body().length;
    }
}
