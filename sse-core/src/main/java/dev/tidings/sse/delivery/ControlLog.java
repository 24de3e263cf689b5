package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Position;
import dev.tidings.sse.Retention;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.StreamRequest;
import dev.tidings.sse.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Access is one more log: every loop reads the control topic as any subscription does, and applies what it says to its
 * own streams. A stream that opens first catches up from the position its access was decided at, so a revocation cannot
 * slip in between. While a loop is not caught up with the log, its {@link AccessGate} is closed.
 */
final class ControlLog {

    /**
     * Many more entries than of other topics: a loop that misses some must end every stream, and to revoke thousands of
     * principals in a row is nothing unusual.
     */
    static final Retention RETENTION = Retention.DEFAULT.maxEntries(16_384);

    private static final int READ_AT_START = 256;
    private static final Duration ASK_AGAIN = Duration.ofMillis(500);
    private static final long NOTHING = -1;

    private final TimeSource time;
    private final TopicFeed feed;
    // Filled before the loops run, read-only after.
    private final Map<DeliveryLoop, Applying> appliers = new HashMap<>();
    /** Where the log was last known to end; what the buffer forgets in an outage is still certain to have been seen. */
    private volatile long knownEnd = Grant.UNKNOWN;

    ControlLog(TopicFeeds feeds, List<DeliveryLoop> loops, TimeSource time) {
        this.time = time;
        this.feed = feeds.acquire(Topic.control()); // never released: followed for the life of the node
        loops.forEach(loop -> appliers.put(loop, new Applying(loop)));
    }

    /** Begins to apply the log to a loop's streams. */
    void start(DeliveryLoop loop) {
        loop.execute(applying(loop)::start);
    }

    /** Returns the place in the log that a decision beginning now has certainly seen. */
    StreamRequest.Decision decision() {
        long end = feed.buffer().end();
        if (end == ReplayBuffer.UNKNOWN_END) {
            return new Grant.DecisionAt(knownEnd, time.nanos());
        }
        knownEnd = end;
        return new Grant.DecisionAt(end, time.nanos());
    }

    /** Returns why a stream that is about to open must not: its access was withdrawn since it was decided. */
    @Nullable
    CloseReason withdrawn(Reader reader) {
        Grant grant = reader.grant();
        if (grant == null) {
            return null;
        }
        Applying applying = applying(reader.loop());
        long seen = grant.decidedAt();
        if (seen == Grant.UNKNOWN) { // decided before this node had reached the log at all
            if (applying.mayHaveWithdrawn(reader)) {
                return CloseReason.CHANGED;
            }
            seen = applying.startedAt;
        }
        while (true) {
            List<EncodedEntry> later = feed.buffer().after(seen);
            if (later == null) {
                return CloseReason.CHANGED; // more since than this node remembers: the application must decide anew
            }
            if (later.isEmpty()) {
                // Late entries can make the buffer lag behind what this loop has applied, and will not apply again.
                return seen < applying.appliedThrough ? CloseReason.CHANGED : null;
            }
            for (EncodedEntry entry : later) {
                AccessChange change = AccessChange.of(entry.entry().event());
                if (change != null && change.isAbout(reader)) {
                    return change.reason();
                }
                seen = entry.position();
            }
        }
    }

    private Applying applying(DeliveryLoop loop) {
        return Objects.requireNonNull(appliers.get(loop), "loop");
    }

    /** A loop's own reader of the log. Owned by the loop's thread. */
    private final class Applying implements Outlet, Reader.Watcher {

        private final DeliveryLoop loop;
        private final Reader reader;
        private final long madeAt;
        private @Nullable List<AccessChange> before; // those before it started; null if some may be trimmed
        private long startedAt;
        private long appliedThrough; // or about to be: it has been handed in
        private ControlBatch batch; // that is being put together
        private long batchThrough;
        private int underWay; // batches that were handed in
        private long readVersion; // of the buffer, before it was last read
        private long readThrough = NOTHING; // the version of which all has been handed in

        Applying(DeliveryLoop loop) {
            this.loop = loop;
            this.madeAt = loop.time().nanos();
            this.batch = new ControlBatch(loop, this::applied);
            loop.gate().watch(feed.buffer()::version);
            this.reader = new Reader(loop, List.of(Topic.control()), this, null, null, this);
        }

        void start() {
            reader.begin();
            reader.join();
            reader.whenAvailable(this::readAll);
            reader.ready();
        }

        /** Reads what is retained, for decisions that were made before the log could be reached, and starts at its end. */
        private void readAll() {
            long askedAt = feed.buffer().version();
            loop.backplane()
                    .read(Topic.control(), Position.NONE, READ_AT_START, Integer.MAX_VALUE)
                    .whenComplete((page, failure) -> loop.execute(() -> {
                        if (failure == null) {
                            open(page, askedAt);
                        } else if (!reader.isClosed()) {
                            loop.after(ASK_AGAIN, () -> reader.whenAvailable(this::readAll));
                        }
                    }));
        }

        private void open(Page page, long askedAt) {
            startedAt = page.entries().isEmpty()
                    ? page.end().value()
                    : page.entries().get(page.entries().size() - 1).position().value();
            before = isWhole(page) ? AccessChange.allOf(page.entries()) : null;
            if (startedAt == page.end().value()) {
                feed.learnEnd(page.end(), askedAt);
            }
            reader.open(new long[] {startedAt}, null, List.of());
        }

        /** Tells whether the page holds all that was withdrawn since this node was made, so since any of its decisions. */
        private boolean isWhole(Page page) {
            long age = loop.time().nanos() - madeAt;
            return startedAt == page.end().value()
                    && page.entries().size() < READ_AT_START
                    && age < RETENTION.maxAge().toNanos();
        }

        /** Tells whether something before this loop's start may have withdrawn a stream's access, as far as is known. */
        boolean mayHaveWithdrawn(Reader stream) {
            return before == null || before.stream().anyMatch(change -> change.isAbout(stream));
        }

        @Override
        public void behind() {
            readThrough = NOTHING;
            loop.gate().knowsNothing();
        }

        @Override
        public void caughtUp() {
            readThrough = readVersion;
            openGate();
        }

        private void applied() {
            underWay--;
            openGate();
        }

        private void openGate() {
            if (underWay == 0 && readThrough != NOTHING) {
                loop.gate().knows(readThrough);
            }
        }

        @Override
        public void begin() {
            readVersion = feed.buffer().version();
            batch = new ControlBatch(loop, this::applied);
            batchThrough = appliedThrough;
        }

        @Override
        public boolean isEmpty() {
            return batch.isEmpty();
        }

        @Override
        public boolean entry(int topicIndex, EncodedEntry entry, long[] positions) {
            if (!batch.add(AccessChange.of(entry.entry().event()), entry.position())) {
                return false;
            }
            batchThrough = entry.position();
            return true;
        }

        @Override
        public boolean gap(Gap gap, long[] positions) {
            batch.lost();
            batchThrough = positions[0];
            return true;
        }

        @Override
        public Outcome offer() {
            // As a task: closing a reader writes to it, which must not happen in the middle of this reader's own write.
            appliedThrough = batchThrough;
            underWay++;
            loop.execute(batch);
            return Outcome.TAKEN;
        }

        @Override
        public void open(long[] positions, boolean resumed, List<Topic> fresh) {
            appliedThrough = positions[0];
        }

        @Override
        public void status(boolean stale) {
            batch.stale(stale);
        }

        @Override
        public void heartbeat(long[] positions, boolean moved) {}

        @Override
        public void close(Ending ending, long[] positions, boolean opened) {}

        @Override
        public void end() {}

        @Override
        public void abort() {}
    }
}
