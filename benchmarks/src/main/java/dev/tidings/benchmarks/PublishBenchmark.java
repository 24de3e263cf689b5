package dev.tidings.benchmarks;

import dev.tidings.sse.EventBroadcaster;
import dev.tidings.sse.Published;
import dev.tidings.sse.Topic;
import java.util.concurrent.CompletionStage;
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

/** What a publish costs whoever publishes, with the log in memory: storing, and marking the loops that have readers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PublishBenchmark {

    /** Readers of the topic; their loops are at work beside the publisher. */
    @Param({"0", "100"})
    public int subscribers;

    private final Topic topic = Topic.of("guild", "7");
    private EventBroadcaster broadcaster;

    @Setup(Level.Trial)
    public void open() {
        broadcaster = EventBroadcaster.create();
        Audience audience = new Audience(broadcaster);
        audience.openAll(topic, subscribers);
        audience.announceOnly(0);
    }

    @TearDown(Level.Trial)
    public void close() {
        broadcaster.close();
    }

    @Benchmark
    public CompletionStage<Published> publish() {
        return broadcaster.publish(topic, Audience.EVENT);
    }
}
