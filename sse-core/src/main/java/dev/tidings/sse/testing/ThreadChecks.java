package dev.tidings.sse.testing;

import static dev.tidings.sse.testing.BackplaneContract.GUILD;
import static dev.tidings.sse.testing.BackplaneContract.SMALL;
import static dev.tidings.sse.testing.BackplaneContract.USER;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.Position;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.testing.BackplaneContract.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many threads at once see one log. */
final class ThreadChecks {

    private static final int THREADS = 4;
    private static final int EACH = 2_000;
    private static final int KEYS = 500;
    private static final Retention ENOUGH = Retention.DEFAULT.maxEntries(THREADS * EACH);

    private ThreadChecks() {}

    static List<Named> all() {
        return List.of(
                new Named(
                        "publishers of many threads make one chain, and each keeps its order",
                        ThreadChecks::publishersOfManyThreadsMakeOneChain),
                new Named("one key from many threads is stored once", ThreadChecks::oneKeyIsStoredOnce),
                new Named(
                        "a follower that comes in the middle misses nothing between its read and its first entry",
                        ThreadChecks::aFollowerThatComesInTheMiddleMissesNothing));
    }

    private static void publishersOfManyThreadsMakeOneChain(BackplaneProbe logs) throws Exception {
        RecordingSink sink = logs.follow(USER);
        Position start = logs.end(USER);

        inParallel(thread -> publishBetweenOtherTopics(logs, thread));

        List<Entry> seen = sink.takeEntries(THREADS * EACH);
        Expect.chain(start, seen);
        Expect.equal("what was seen", logs.readAll(USER, start).entries(), seen);
        for (int thread = 0; thread < THREADS; thread++) {
            String by = by(thread);
            List<String> own = seen.stream()
                    .map(Entry::event)
                    .filter(event -> event.type().equals(by))
                    .map(Event::data)
                    .toList();
            Expect.equal("the events of thread " + thread, Expect.numbers(0, EACH), own);
        }
    }

    private static Integer publishBetweenOtherTopics(BackplaneProbe logs, int thread) {
        Topic other = thread % 2 == 0 ? GUILD : Topic.of("own", "" + thread);
        List<CompletionStage<Published>> published = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            published.add(logs.backplane().append(USER, Event.of(by(thread), "" + i), ENOUGH, null));
            published.add(logs.backplane().append(other, Event.of("event", ""), ENOUGH, null));
        }
        published.forEach(BackplaneProbe::await);
        return EACH;
    }

    private static void oneKeyIsStoredOnce(BackplaneProbe logs) throws Exception {
        Position start = logs.end(USER);

        List<Integer> firsts = inParallel(thread -> publishAllKeys(logs));

        Expect.equal(
                "the answers that are no duplicates",
                KEYS,
                firsts.stream().mapToInt(Integer::intValue).sum());
        Expect.equal(
                "the number of entries",
                KEYS,
                logs.readAll(USER, start).entries().size());
    }

    private static Integer publishAllKeys(BackplaneProbe logs) {
        int firsts = 0;
        for (int i = 0; i < KEYS; i++) {
            Published published = logs.append(USER, Event.of("event", ""), SMALL.maxEntries(KEYS), "key-" + i);
            firsts += published.duplicate() ? 0 : 1;
        }
        return firsts;
    }

    private static void aFollowerThatComesInTheMiddleMissesNothing(BackplaneProbe logs) throws Exception {
        Position start = logs.end(USER);
        ExecutorService publisher = Executors.newSingleThreadExecutor();
        try {
            Future<?> publishing = publisher.submit(() -> logs.appendAll(USER, EACH, ENOUGH));
            RecordingSink sink = logs.follow(USER);
            List<Entry> chain = new ArrayList<>(logs.readAll(USER, start).entries());
            publishing.get(180, TimeUnit.SECONDS);
            readOn(chain, start, logs.end(USER), sink);
            Expect.chain(start, chain);
            Expect.equal(
                    "what was read and seen",
                    Expect.numbers(0, EACH),
                    chain.stream().map(entry -> entry.event().data()).toList());
        } finally {
            publisher.shutdownNow();
        }
    }

    /** Goes on where a read ended, with what the sink saw. */
    private static void readOn(List<Entry> chain, Position start, Position end, RecordingSink sink) {
        Position last = chain.isEmpty() ? start : chain.get(chain.size() - 1).position();
        while (!last.equals(end)) {
            Entry next = sink.takeEntries(1).get(0);
            if (next.position().compareTo(last) > 0) {
                chain.add(next);
                last = next.position();
            }
        }
    }

    private static String by(int thread) {
        return "by-" + thread;
    }

    private interface Job {
        Integer run(int thread);
    }

    /** Runs a job in all threads, which begin together. */
    private static List<Integer> inParallel(Job job) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier together = new CyclicBarrier(THREADS);
        try {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                Callable<Integer> task = () -> {
                    together.await();
                    return job.run(thread);
                };
                running.add(pool.submit(task));
            }
            List<Integer> results = new ArrayList<>();
            for (Future<Integer> each : running) {
                results.add(each.get(180, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
