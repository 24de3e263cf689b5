package dev.tidings.sse.redis;

import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The promise, held against what happened: every acknowledged event came once and in order to everybody who asked for
 * it, or lies inside a gap that was told; all agree about the order; what may or may not be stored came to all or to none.
 *
 * <p>What was stored is what a publisher was told, or anybody saw.
 */
final class LedgerCheck {

    private static final int MOST_COMPLAINTS = 20;

    private final Ledger ledger;
    private final Collection<Diary> diaries;
    private final int retained;
    private final boolean mayLose;
    private final List<String> complaints = new ArrayList<>();
    private final Map<Topic, NavigableMap<Long, String>> logs = new HashMap<>();
    private final Map<String, Long> places = new HashMap<>();
    private final Map<Topic, Set<Long>> survivors = new HashMap<>();

    private LedgerCheck(Ledger ledger, Collection<Diary> diaries, int retained, boolean mayLose) {
        this.ledger = ledger;
        this.diaries = diaries;
        this.retained = retained;
        this.mayLose = mayLose;
    }

    /** Where nothing that was acknowledged may be lost; of each topic's log the last so many entries are retained. */
    static LedgerCheck lossless(Ledger ledger, Collection<Diary> diaries, int retained) {
        return new LedgerCheck(ledger, diaries, retained, false);
    }

    /**
     * Where the end of a log may be lost, acknowledged or not, with a master that its replica had not caught up with: what
     * counts is what {@link #survived}.
     */
    static LedgerCheck lossy(Ledger ledger, Collection<Diary> diaries, int retained) {
        return new LedgerCheck(ledger, diaries, retained, true);
    }

    /** Adds what is found in the log itself, when all is over. */
    LedgerCheck survived(Topic topic, long position, String data) {
        place(topic, position, data, "the log");
        survivors.computeIfAbsent(topic, unseen -> new HashSet<>()).add(position);
        return this;
    }

    /**
     * Holds everything against everything.
     *
     * @throws AssertionError that lists what is wrong
     */
    void run() {
        checkOutcomes();
        collectLogs();
        diaries.forEach(diary -> diary.topics().forEach(topic -> checkLife(diary, topic)));
        if (!complaints.isEmpty()) {
            throw new AssertionError(complaints.size() + " complaints:\n"
                    + complaints.stream().limit(MOST_COMPLAINTS).collect(Collectors.joining("\n")));
        }
    }

    private void checkOutcomes() {
        ledger.complaints().forEach(this::complain);
        ledger.of(Publication.Outcome.WAITING).forEach(waiting -> complain(waiting + " is outstanding for ever"));
    }

    private void collectLogs() {
        for (Publication stored : ledger.of(Publication.Outcome.STORED)) {
            place(stored.topic(), stored.position(), stored.data(), "its publisher");
        }
        for (Diary diary : diaries) {
            for (Topic topic : diary.topics()) {
                for (Diary.Line line : diary.lines(topic)) {
                    if (!line.isGap()) {
                        place(topic, line.position(), line.data(), diary.toString());
                    }
                }
            }
        }
    }

    /** One event has one place, and one place has one event, whoever says so. */
    private void place(Topic topic, long position, String data, String whoSays) {
        String other = log(topic).put(position, data);
        if (other != null && !other.equals(data)) {
            complain(data + " and " + other + " share position " + position + ", says " + whoSays);
        }
        Long elsewhere = places.put(data, position);
        if (elsewhere != null && elsewhere != position && !mayLose) {
            complain(data + " is at " + position + " and at " + elsewhere + ", says " + whoSays);
        }
    }

    private void checkLife(Diary diary, Topic topic) {
        if (!diary.hasBegun()) {
            complain(diary + " never began to read");
            return;
        }
        new Life(diary, topic).check();
    }

    /** Tells whether an entry was lost with its master. */
    private boolean isLost(Topic topic, long position) {
        return mayLose && !survivors.getOrDefault(topic, Set.of()).contains(position);
    }

    /** How many entries there may have been that nobody knows of. */
    private long unplaced(Topic topic) {
        return ledger.of(Publication.Outcome.UNKNOWN).stream()
                .filter(publication -> publication.topic().equals(topic) && !places.containsKey(publication.data()))
                .count();
    }

    private NavigableMap<Long, String> log(Topic topic) {
        return logs.computeIfAbsent(topic, unseen -> new TreeMap<>());
    }

    private void complain(String what) {
        complaints.add(what);
    }

    /** One visitor's way through one topic. */
    private final class Life {

        private final Diary diary;
        private final Topic topic;
        private final Set<String> seen = new HashSet<>();
        private final Map<String, Integer> lastNumbers = new HashMap<>();
        private long at;
        private Gap.@Nullable Reason gap;
        private boolean astray;

        Life(Diary diary, Topic topic) {
            this.diary = diary;
            this.topic = topic;
            this.at = diary.start(topic);
        }

        void check() {
            for (Diary.Line line : diary.lines(topic)) {
                if (line.isGap()) {
                    gap(line.gap());
                } else {
                    event(line.position(), line.data());
                }
            }
            NavigableMap<Long, String> late = missing(Long.MAX_VALUE);
            if (gap == null && !late.isEmpty()) {
                complain(diary + " never gets " + late.size() + " events of " + topic + ", first "
                        + late.firstEntry().getValue());
            }
        }

        private void gap(Gap.Reason reason) {
            if (!mayLose && reason != Gap.Reason.TRIMMED) {
                complain(diary + " is told of a gap in " + topic + " by " + reason + ", where nothing is ever reset");
            }
            // A reset may lead back: what follows it is another log.
            if (gap != Gap.Reason.RESET) {
                gap = reason;
            }
        }

        private void event(long position, String data) {
            Publication publication = ledger.find(data);
            if (publication == null || publication.outcome() == Publication.Outcome.REFUSED) {
                complain(diary + " sees " + data + ", which nobody published");
                return;
            }
            checkOrder(position, publication);
            if (isLost(topic, position)) {
                astray = true; // the gap that says so must come before anything that is not lost
            } else {
                checkReturn(data);
                checkContiguity(position, data);
            }
            at = position;
            gap = null;
        }

        private void checkOrder(long position, Publication publication) {
            if (gap == Gap.Reason.RESET) {
                lastNumbers.clear();
                seen.clear();
            } else if (position <= at) {
                complain(diary + " sees " + publication + " at " + position + " behind " + at);
            }
            if (!seen.add(publication.data())) {
                complain(diary + " sees " + publication + " twice");
            }
            Integer before = lastNumbers.put(publication.publisher(), publication.number());
            if (before != null && before > publication.number()) {
                complain(diary + " sees " + publication + " after number " + before);
            }
        }

        private void checkReturn(String data) {
            if (astray && gap != Gap.Reason.RESET) {
                complain(diary + " sees " + data + " behind what was lost, and was told of no reset");
            }
            astray = false;
        }

        private void checkContiguity(long position, String data) {
            NavigableMap<Long, String> missing = missing(position);
            if (gap == null && !missing.isEmpty()) {
                complain(diary + " misses " + missing.values() + " before " + data);
            }
            if (gap == Gap.Reason.TRIMMED) {
                checkTrimmed(missing, data);
            }
        }

        /** Retention explains the loss of what so many entries follow; others may have followed that nobody knows of. */
        private void checkTrimmed(NavigableMap<Long, String> missing, String data) {
            if (!missing.isEmpty()) {
                long following = log(topic).tailMap(missing.lastKey(), false).size() + unplaced(topic);
                if (following < retained) {
                    complain(diary + " is told that " + missing.size() + " events before " + data
                            + " are trimmed, and only " + following + " follow");
                }
            } else if (!diary.isFiltering() && unplaced(topic) == 0) {
                complain(diary + " is told of a gap in " + topic + " before " + data + ", and nothing is missing");
            }
        }

        /** What it asked for from where it is up to a position, and is still in the log. */
        private NavigableMap<Long, String> missing(long before) {
            NavigableMap<Long, String> missing = new TreeMap<>();
            if (before > at) {
                log(topic).subMap(at, false, before, false).forEach((position, data) -> {
                    if (diary.asksFor(data) && !isLost(topic, position)) {
                        missing.put(position, data);
                    }
                });
            }
            return missing;
        }
    }
}
