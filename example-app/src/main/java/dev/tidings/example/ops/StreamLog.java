package dev.tidings.example.ops;

import dev.tidings.example.log.LogFields;
import dev.tidings.sse.BroadcasterObserver;
import dev.tidings.sse.CloseReason;
import dev.tidings.sse.StreamSummary;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log at each stream's end. Loops hand in what they tell, and a thread of its own writes it, since writing
 * may block: a terminal that is paused must not hold up events. Too many lines at once are dropped, and counted.
 */
final class StreamLog implements BroadcasterObserver, AutoCloseable {

    private static final int MOST_WAITING = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final LogRecord LAST = new LogRecord(Level.OFF, "");

    private final Handler log;
    private final BlockingQueue<LogRecord> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Thread writer = new Thread(this::write, "stream-log");

    StreamLog(Handler log) {
        this.log = log;
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void ended(StreamSummary stream, @Nullable CloseReason reason) {
        LogFields fields = new LogFields()
                .with("stream", stream.id())
                .with("principal", stream.principal())
                .with("topics", stream.topics().size())
                .with("duration_ms", stream.age().toMillis())
                .with(
                        "open_ms",
                        stream.establishment() == null
                                ? null
                                : stream.establishment().toMillis())
                .with("events", stream.events())
                .with("bytes", stream.bytes())
                .with("reason", reason == null ? "left" : reason.wireName());
        if (!waiting.offer(line("stream ended {0}", fields))) {
            dropped.increment();
        }
    }

    /** Writes what is waiting, as far as that is quick. */
    @Override
    public void close() {
        try {
            if (waiting.offer(LAST, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                writer.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            for (LogRecord line = waiting.take(); line != LAST; line = waiting.take()) {
                log.publish(line);
                long lost = dropped.sumThenReset();
                if (lost > 0) {
                    log.publish(line("more streams ended {0}", new LogFields().with("streams", lost)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    private static LogRecord line(String message, LogFields fields) {
        LogRecord line = new LogRecord(Level.INFO, message);
        line.setLoggerName(StreamLog.class.getName());
        line.setParameters(new Object[] {fields});
        return line;
    }
}
