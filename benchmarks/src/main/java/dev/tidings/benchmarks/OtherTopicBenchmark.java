package dev.tidings.benchmarks;

import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Topic;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long an event of a quiet topic takes while the same loop serves 10,000 readers of a busy one, which is published to
 * again as soon as all have the last event. Compare with the pass over all of them, that FanOutBenchmark measures.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OtherTopicBenchmark {

    private static final int READERS = 10_000;

    @Param({"false", "true"})
    public boolean busy;

    private final Topic busyTopic = Topic.of("guild", "7");
    private final Topic quietTopic = Topic.of("user", "42");
    private EventBroadcaster broadcaster;
    private Audience quiet;
    private Thread publisher;
    private volatile boolean done;

    @Setup(Level.Trial)
    public void open() {
        broadcaster =
                EventBroadcaster.builder().loops(1).maxStreams(READERS + 1).build();
        Audience crowd = new Audience(broadcaster);
        crowd.openAll(busyTopic, READERS);
        crowd.announceOnly(1);
        quiet = new Audience(broadcaster);
        quiet.openAll(quietTopic, 1);
        publisher = new Thread(() -> {
            while (busy && !done) {
                broadcaster.publish(busyTopic, Audience.EVENT);
                crowd.awaitWrites(1);
            }
        });
        publisher.start();
    }

    @TearDown(Level.Trial)
    public void close() throws InterruptedException {
        done = true;
        publisher.join();
        broadcaster.close();
    }

    @Benchmark
    public void publishToTheQuietTopic() {
        broadcaster.publish(quietTopic, Audience.EVENT);
        quiet.awaitWrites(1);
    }
}
