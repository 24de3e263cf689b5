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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** After a deploy: 10,000 clients come back at once, each with a cursor and with events missed. The figure is for one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(1)
public class ResumeBenchmark {

    private static final int CURSORS = 10_000;

    @Param({"10"})
    public int missed;

    /** Whether all missed the same events of one topic, or each those of its own topic. */
    @Param({"1", "10000"})
    public int topics;

    private EventBroadcaster broadcaster;
    private Audience audience;
    private String[] cursors;

    @Setup(Level.Iteration)
    public void publish() {
        broadcaster = EventBroadcaster.builder().maxBufferBytes(4L << 30).build();
        audience = new Audience(broadcaster);
        cursors = new String[topics];
        for (int i = 0; i < topics; i++) {
            Topic topic = topic(i);
            cursors[i] =
                    broadcaster.position(topic).toCompletableFuture().join().text();
            for (int event = 0; event < missed; event++) {
                broadcaster.publish(topic, Audience.EVENT);
            }
        }
    }

    @TearDown(Level.Iteration)
    public void close() {
        broadcaster.close();
    }

    @Benchmark
    @OperationsPerInvocation(CURSORS)
    public void resume() {
        for (int i = 0; i < CURSORS; i++) {
            audience.open(topic(i % topics), cursors[i % topics]);
        }
        // stream.open and what was missed are one write
        audience.awaitWrites(CURSORS);
    }

    private static Topic topic(int i) {
        return Topic.of("user", Integer.toString(i));
    }
}
