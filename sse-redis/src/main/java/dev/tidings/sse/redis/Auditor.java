package dev.tidings.sse.redis;

import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what was heard of each topic with where its log ends: the last of a burst may get lost without a next one that
 * shows it, and a log may be deleted. It also keeps logs from expiring that are followed and quiet.
 *
 * <p>Partitions take turns, so that all of them are done within the interval. Touched by the timer's thread, and by those
 * on which reads complete.
 */
final class Auditor {

    private static final int MOST = 100;
    private static final Duration LONGEST_DOUBT = Duration.ofSeconds(2);
    private static final Duration SHORTEST_TURN = Duration.ofMillis(20);

    private final Follows follows;
    private final Reads reads;
    private final Timer timer;
    private final Duration interval;
    private int next; // touched by the timer's thread only

    Auditor(Follows follows, Reads reads, Timer timer, Duration interval) {
        this.follows = follows;
        this.reads = reads;
        this.timer = timer;
        this.interval = interval;
    }

    void start() {
        Duration even = interval.dividedBy(Partitions.COUNT);
        Duration turn = even.compareTo(SHORTEST_TURN) < 0 ? SHORTEST_TURN : even;
        int partitions = (int) Math.min(Partitions.COUNT, Math.ceil((double) turn.toNanos() / even.toNanos()));
        timer.every(turn, () -> {
            for (int i = 0; i < partitions; i++) {
                audit(next);
                next = (next + 1) % Partitions.COUNT;
            }
        });
    }

    private void audit(int partition) {
        inTurns(partition, follows.of(partition), (some, ends) -> {
            Map<Followed, Long> suspects = new HashMap<>();
            for (int i = 0; i < some.size(); i++) {
                long heard = some.get(i).suspect(ends.get(i));
                if (heard >= 0) {
                    suspects.put(some.get(i), heard);
                }
            }
            if (!suspects.isEmpty()) {
                Duration doubt = interval.compareTo(LONGEST_DOUBT) < 0 ? interval : LONGEST_DOUBT;
                timer.after(doubt, () -> confirm(partition, suspects));
            }
        });
    }

    private void confirm(int partition, Map<Followed, Long> suspects) {
        inTurns(partition, suspects.keySet(), (some, ends) -> {
            for (int i = 0; i < some.size(); i++) {
                some.get(i).confirm(ends.get(i), suspects.getOrDefault(some.get(i), -1L));
            }
        });
    }

    private interface Found {
        void found(List<Followed> topics, List<Position> ends);
    }

    private void inTurns(int partition, Iterable<Followed> topics, Found found) {
        List<Followed> some = new ArrayList<>();
        for (Followed each : topics) {
            if (each.isSubscribed()) {
                some.add(each);
            }
            if (some.size() == MOST) {
                touch(partition, some, found);
                some = new ArrayList<>();
            }
        }
        if (!some.isEmpty()) {
            touch(partition, some, found);
        }
    }

    private void touch(int partition, List<Followed> some, Found found) {
        List<Topic> topics = some.stream().map(Followed::topic).toList();
        reads.touch(partition, topics).whenComplete((ends, failure) -> {
            if (failure == null) {
                found.found(
                        some,
                        ends.stream()
                                .map(end -> end.isEmpty() ? Position.NONE : FrameFormat.position(end))
                                .toList());
            } else if (some.size() > 1) {
                // While a slot is being moved nobody can be asked of logs that are here and of those that are there.
                some.forEach(each -> touch(partition, List.of(each), found));
            }
        });
    }
}
