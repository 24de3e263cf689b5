package dev.tidings.benchmarks;

import dev.tidings.sse.Access;
import dev.tidings.sse.Event;
import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.Streams;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/**
 * Measures the heap that idle things take: {@code IdleMemory [count] [true for a histogram of classes]}.
 *
 * <p>The transport's side of all streams is one and the same object, so what is left is the core's.
 */
public final class IdleMemory {

    private final int count;
    private final boolean histogram;
    private final EventBroadcaster broadcaster;
    private final Semaphore written = new Semaphore(0);
    private final CountingStream anyone = new CountingStream(written);

    private IdleMemory(int count, boolean histogram) {
        this.count = count;
        this.histogram = histogram;
        this.broadcaster = EventBroadcaster.builder()
                .maxStreams(Integer.MAX_VALUE)
                .maxBufferBytes(16L << 30)
                .build();
    }

    public static void main(String[] args) {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        boolean histogram = args.length > 1 && Boolean.parseBoolean(args[1]);
        new IdleMemory(1_000, false).subscriptionsOfOneTopic(); // loads the classes
        new IdleMemory(count, histogram).subscriptionsOfOneTopic();
        new IdleMemory(count, histogram).subscriptionsWithAPrincipal();
        new IdleMemory(count, histogram).subscriptionsOfThreeTopics();
        new IdleMemory(count, histogram).subscriptionsOfATopicEach();
        new IdleMemory(count, histogram).topicsUsedOnce();
    }

    private void subscriptionsOfOneTopic() {
        Topic topic = Topic.of("guild", "7");
        open(Access.to(topic));
        measure("subscription of a shared topic", i -> open(Access.to(topic)));
    }

    private void subscriptionsWithAPrincipal() {
        Topic topic = Topic.of("guild", "7");
        open(Access.to(topic));
        measure(
                "the same, with a principal and a session",
                i -> open(Access.to(topic).principal("user-" + i).sessionId("session-" + i)));
    }

    private void subscriptionsOfThreeTopics() {
        Topic[] topics = {Topic.of("guild", "7"), Topic.of("guild", "8"), Topic.of("guild", "9")};
        open(Access.to(topics));
        measure("subscription of three shared topics", i -> open(Access.to(topics)));
    }

    private void subscriptionsOfATopicEach() {
        measure("subscription and a topic of its own", i -> open(Access.to(Topic.of("user", "" + i))));
    }

    private void topicsUsedOnce() {
        Event event = Event.of("joined", "{}");
        measure("topic with one small event and no reader", i -> broadcaster.publish(Topic.of("user", "" + i), event));
    }

    private void open(Access.Granted access) {
        Streams way = broadcaster.streams();
        FrameSubscriber subscriber = anyone;
        way.open(new StreamRequest(access, way.beginDecision(), null), subscriber)
                .ready();
        written.acquireUninterruptibly();
    }

    private void measure(String what, IntConsumer create) {
        long before = Heap.used();
        for (int i = 0; i < count; i++) {
            create.accept(i);
        }
        long after = Heap.used();
        System.out.printf("%-45s %6d B%n", what, (after - before) / count);
        if (histogram) {
            System.out.println(Heap.largestClasses(count));
        }
        broadcaster.close();
    }
}
