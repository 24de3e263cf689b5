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

/** From a publish until every subscriber has taken the event: one event at a time, so nothing is joined. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FanOutBenchmark {

    @Param({"1", "100", "10000"})
    public int subscribers;

    @Param({"1", "2"})
    public int loops;

    private final Topic topic = Topic.of("guild", "7");
    private EventBroadcaster broadcaster;
    private Audience audience;
    private int announcing;

    @Setup(Level.Trial)
    public void open() {
        broadcaster = EventBroadcaster.builder().loops(loops).build();
        audience = new Audience(broadcaster);
        audience.openAll(topic, subscribers);
        announcing = Math.min(loops, subscribers);
        audience.announceOnly(announcing);
    }

    @TearDown(Level.Trial)
    public void close() {
        broadcaster.close();
        long bytes = audience.streams().get(0).bytes();
        if (audience.streams().stream().anyMatch(stream -> stream.bytes() < bytes - 1024)) {
            throw new IllegalStateException("some streams have not got what the first has");
        }
    }

    @Benchmark
    public void publishToAll() {
        broadcaster.publish(topic, Audience.EVENT);
        audience.awaitWrites(announcing);
    }
}
