package dev.tidings.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.tidings.sse.Cursor;
import dev.tidings.sse.Entry;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Subscription;
import dev.tidings.sse.Topic;
import dev.tidings.sse.redis.RedisBackplane;
import dev.tidings.sse.spi.Backplane;
import dev.tidings.sse.spi.Interest;
import dev.tidings.sse.spi.Sink;
import dev.tidings.sse.spi.Status;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** Measures what the Redis backplane does in a second, against a server of its own that keeps nothing on disk. */
public final class RedisRates {

    private static final int TOPICS = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(3);
    private static final Event EVENT = Event.of("event", "x".repeat(200));
    private static final Topic[] ALL = topics("user", TOPICS);

    private RedisRates() {}

    public static void main(String[] args) throws Exception {
        Logger.getLogger(RedisBackplane.class.getPackageName()).setLevel(Level.WARNING);
        try (RedisProcess redis = new RedisProcess()) {
            publishes(redis);
        }
        try (RedisProcess redis = new RedisProcess()) {
            latency(redis);
        }
        try (RedisProcess redis = new RedisProcess()) {
            attached(redis, 100_000);
        }
        try (RedisProcess redis = new RedisProcess()) {
            resumed(redis, 10_000);
        }
    }

    private static void publishes(RedisProcess redis) throws Exception {
        Script script = new Script(redis);
        for (int threads : new int[] {1, 8, 64}) {
            try (RedisBackplane backplane = RedisBackplane.of(redis.uri())) {
                double rate = rate(threads, thread -> i -> append(backplane, i));
                say("publishes/s, %d threads that wait for each: %,.0f", threads, rate);
            }
            double single = rate(threads, thread -> {
                Connection own = new Connection("127.0.0.1", redis.port());
                return i -> script.call(own, i);
            });
            say("the same script, a connection for each of %d threads: %,.0f", threads, single);
        }
        try (RedisBackplane backplane = RedisBackplane.of(redis.uri())) {
            Semaphore room = new Semaphore(4_000);
            double rate = rate(1, thread -> i -> {
                room.acquireUninterruptibly();
                backplane
                        .append(ALL[i % TOPICS], EVENT, Retention.DEFAULT, null)
                        .whenComplete((p, f) -> room.release());
            });
            say("publishes/s, 1 thread that does not wait: %,.0f", rate);
            Topic hot = Topic.of("hot");
            double one = rate(1, thread -> i -> {
                room.acquireUninterruptibly();
                backplane.append(hot, EVENT, Retention.DEFAULT, null).whenComplete((p, f) -> room.release());
            });
            say("publishes/s, the same to one topic: %,.0f", one);
        }
        say("redis-benchmark, the same script, 64 in a pipeline: %,.0f", redis.ceiling(script.line()));
    }

    private static void append(Backplane backplane, int i) {
        CompletionStage<Published> answer = backplane.append(ALL[i % TOPICS], EVENT, Retention.DEFAULT, null);
        answer.toCompletableFuture().join();
    }

    private static void latency(RedisProcess redis) throws Exception {
        try (RedisBackplane here = RedisBackplane.of(redis.uri());
                RedisBackplane there = RedisBackplane.of(redis.uri())) {
            long[] nanos = new long[8_000];
            AtomicLong next = new AtomicLong();
            Sink sink = new Receiver(entry -> {
                int i = (int) next.getAndIncrement();
                nanos[i] = System.nanoTime() - Long.parseLong(entry.event().data());
            });
            there.follow(ALL[0], sink).acknowledged().toCompletableFuture().join();
            for (int i = 0; i < nanos.length; i++) {
                here.append(ALL[0], Event.of("event", "" + System.nanoTime()), Retention.DEFAULT, null);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            while (next.get() < nanos.length) {
                Thread.onSpinWait();
            }
            long[] warm = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
            Arrays.sort(warm);
            say(
                    "from publish on one node to the other's sink, 1,000 a second: median %,d us, 99%% %,d us",
                    warm[warm.length / 2] / 1_000, warm[warm.length * 99 / 100] / 1_000);
        }
    }

    private static void attached(RedisProcess redis, int count) throws Exception {
        Topic[] topics = topics("topic", count);
        try (RedisBackplane backplane = RedisBackplane.of(redis.uri())) {
            backplane.read(topics[0], null, 1, 1).toCompletableFuture().join(); // it is connected
            List<CompletionStage<?>> all = new ArrayList<>();
            long start = System.nanoTime();
            Sink nobody = new Receiver(entry -> {});
            for (Topic topic : topics) {
                Interest interest = backplane.follow(topic, nobody);
                all.add(interest.acknowledged());
            }
            join(all);
            say("%,d topics subscribed in %,d ms", count, millisSince(start));
            start = System.nanoTime();
            all.clear();
            for (Topic topic : topics) {
                all.add(backplane.read(topic, null, 1, 1));
            }
            join(all);
            say("%,d ends of empty topics read in %,d ms", count, millisSince(start));
        }
    }

    private static void resumed(RedisProcess redis, int count) throws Exception {
        int behind = 10;
        Topic[] topics = topics("topic", count);
        Cursor[] cursors = new Cursor[count];
        try (EventBroadcaster old = EventBroadcaster.create(RedisBackplane.builder(redis.uri())
                .maxWaitingPublishes(count * behind)
                .maxWaitingBytes(1L << 30)
                .build())) {
            publishToAll(old, topics, behind);
            List<CompletionStage<Cursor>> ends = new ArrayList<>();
            for (Topic topic : topics) {
                ends.add(old.position(topic));
            }
            for (int i = 0; i < count; i++) {
                cursors[i] = ends.get(i).toCompletableFuture().join();
            }
            publishToAll(old, topics, behind);
        }
        for (int round = 0; round < 3; round++) {
            CountDownLatch missed = new CountDownLatch(count * behind);
            try (EventBroadcaster fresh = EventBroadcaster.create(RedisBackplane.of(redis.uri()))) {
                long start = System.nanoTime();
                long cpu = cpuNanos();
                for (int i = 0; i < count; i++) {
                    Subscription.Request request =
                            Subscription.Request.of(topics[i]).from(cursors[i]);
                    fresh.subscribe(request, (topic, entry) -> missed.countDown());
                }
                missed.await();
                say(
                        "%,d cursors, %d events behind, resumed on a fresh node in %,d ms",
                        count, behind, millisSince(start));
                say("    %,d ms of this process's processor time", (cpuNanos() - cpu) / 1_000_000);
            }
        }
    }

    private static void publishToAll(EventBroadcaster node, Topic[] topics, int each) {
        List<CompletionStage<?>> all = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (Topic topic : topics) {
                all.add(node.publish(topic, EVENT));
            }
        }
        join(all);
    }

    private interface Call {
        void number(int i);
    }

    /** Returns how often threads, each with a call of its own, come through in a second. */
    private static double rate(int threads, IntFunction<Call> calls) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + WARM_UP.plus(MEASURED).toNanos();
        List<Thread> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Call call = calls.apply(thread);
            int first = thread * 7919;
            Thread runner = new Thread(() -> {
                for (int i = first; System.nanoTime() - end < 0; i++) {
                    call.number(i);
                    done.incrementAndGet();
                }
            });
            runner.start();
            all.add(runner);
        }
        Thread.sleep(WARM_UP.toMillis());
        long before = done.get();
        long start = System.nanoTime();
        long cpu = cpuNanos();
        Thread.sleep(MEASURED.toMillis() - 200);
        long came = done.get() - before;
        double rate = came * 1e9 / (System.nanoTime() - start);
        say("    %.1f us of this process's processor time each", (cpuNanos() - cpu) / 1e3 / Math.max(1, came));
        for (Thread runner : all) {
            runner.join();
        }
        return rate;
    }

    private static void join(List<? extends CompletionStage<?>> all) {
        CompletableFuture.allOf(
                        all.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /** On a machine that others use, too, this says more than the time that passed. */
    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private static Topic[] topics(String kind, int count) {
        Topic[] topics = new Topic[count];
        Arrays.setAll(topics, i -> Topic.of(kind, "" + i));
        return topics;
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }

    private interface EntryAction {
        void on(Entry entry);
    }

    private record Receiver(EntryAction action) implements Sink {

        @Override
        public void entry(Entry entry) {
            action.on(entry);
        }

        @Override
        public void diverged() {}

        @Override
        public void status(Status status) {}
    }

    /** The library's own script, called by hand. */
    private static final class Script {

        private static final String BODY = "e3600000   event\n" + "x".repeat(200);

        private final byte[] hash;
        private final AtomicLong ids = new AtomicLong();

        Script(RedisProcess redis) throws Exception {
            try (InputStream source = RedisBackplane.class.getResourceAsStream("append.lua");
                    Connection connection = new Connection("127.0.0.1", redis.port())) {
                connection.sendCommand(Command.SCRIPT, bytes("LOAD"), source.readAllBytes());
                hash = (byte[]) connection.getOne();
            }
        }

        void call(Connection connection, int i) {
            List<byte[]> words = new ArrayList<>();
            for (String word : words("by-hand:" + i % TOPICS, "by-hand:" + ids.incrementAndGet())) {
                words.add(bytes(word));
            }
            connection.sendCommand(Command.EVALSHA, words.toArray(byte[][]::new));
            connection.getOne();
        }

        String[] line() {
            List<String> line = new ArrayList<>(List.of("EVALSHA"));
            line.addAll(List.of(words("ceiling:__rand_int__", "ceiling:1")));
            return line.toArray(String[]::new);
        }

        private String[] words(String log, String id) {
            String start = Integer.toString(id.length() * 7);
            String sha = new String(hash, StandardCharsets.US_ASCII);
            return new String[] {sha, "1", log, id, BODY, "256", "3600000", "spublish", log, start, "", "", "86400"};
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
