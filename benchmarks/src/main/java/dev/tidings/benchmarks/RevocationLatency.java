package dev.tidings.benchmarks;

import dev.tidings.sse.Access;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Revocation;
import dev.tidings.sse.Topic;
import dev.tidings.sse.redis.RedisBackplane;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long after {@code revoke} on one node the streams of a principal end on another, while that one has
 * thousands more: {@code RevocationLatency [other streams] [revocations]}.
 */
public final class RevocationLatency {

    private static final Topic TOPIC = Topic.of("guild", "7");

    private RevocationLatency() {}

    public static void main(String[] args) throws Exception {
        int others = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        int revocations = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        try (RedisProcess redis = new RedisProcess();
                EventBroadcaster here = EventBroadcaster.create(RedisBackplane.of(redis.uri()));
                EventBroadcaster there = EventBroadcaster.create(RedisBackplane.of(redis.uri()))) {
            for (int i = 0; i < others; i++) {
                Ending.open(there, "other-" + i);
            }
            measure(here, there, revocations / 4); // warms up
            long[] nanos = measure(here, there, revocations);
            Arrays.sort(nanos);
            System.out.printf(
                    "from revoke on one node to the end on another with %,d streams: p50 %.2f ms, p99 %.2f ms, longest"
                            + " %.2f ms%n",
                    others, millis(nanos, 0.5), millis(nanos, 0.99), millis(nanos, 1));
        }
    }

    private static long[] measure(EventBroadcaster here, EventBroadcaster there, int count) throws Exception {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            Ending stream = Ending.open(there, "revoked");
            long start = System.nanoTime();
            here.revoke(Revocation.principal("revoked"));
            nanos[i] = stream.await() - start;
        }
        return nanos;
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }

    /** A stream that notes when it ended. */
    private static final class Ending implements FrameSubscriber {

        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile long endedAt;

        /** Opens a stream, and waits until it reads. */
        static Ending open(EventBroadcaster broadcaster, String principal) throws InterruptedException {
            Ending stream = new Ending();
            Streams streams = broadcaster.streams();
            Access.Granted access = Access.to(TOPIC).principal(principal);
            streams.open(new StreamRequest(access, streams.beginDecision(), null), stream).ready();
            await(stream.opened);
            return stream;
        }

        long await() throws InterruptedException {
            await(ended);
            return endedAt;
        }

        @Override
        public Outcome offer(byte[] frames) {
            opened.countDown();
            return Outcome.TAKEN;
        }

        @Override
        public void end() {
            endedAt = System.nanoTime();
            ended.countDown();
        }

        @Override
        public void abort() {
            end();
        }

        private static void await(CountDownLatch latch) throws InterruptedException {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing came within 30 s");
            }
        }
    }
}
