package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import dev.tidings.sse.spi.StreamRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Access is one more log: every loop reads the control topic as any subscription does, and applies what it says to its
 * own streams. A stream that opens first catches up from the position its access was decided at, so a revocation cannot
 * slip in between.
 */
final class ControlLog {

    private final TopicFeed feed;
    // Filled before the loops run, read-only after.
    private final Map<DeliveryLoop, Applying> appliers = new HashMap<>();

    ControlLog(TopicFeeds feeds, List<DeliveryLoop> loops) {
        this.feed = feeds.acquire(Topic.control()); // never released: followed for the life of the node
        loops.forEach(loop -> appliers.put(loop, new Applying(loop)));
        learnEnd(feeds);
    }

    /** Begins to apply the log to a loop's streams. */
    void start(DeliveryLoop loop) {
        Applying applying = applying(loop);
        Reader reader = new Reader(loop, List.of(Topic.control()), applying, null, null, applying);
        Opening opening = Opening.of(reader, feed.layout(), null, this);
        loop.execute(() -> {
            opening.start();
            reader.ready();
        });
    }

    /** Completes when a loop applies the log. */
    CompletableFuture<Void> ready(DeliveryLoop loop) {
        return applying(loop).ready;
    }

    /** Returns the place in the log that a decision beginning now has certainly seen. */
    StreamRequest.Decision decision() {
        return new Grant.DecisionAt(feed.buffer().end());
    }

    /** Returns why a stream that is about to open must not: its access was withdrawn since it was decided. */
    @Nullable
    CloseReason withdrawn(Reader reader) {
        Grant grant = reader.grant();
        if (grant == null) {
            return null;
        }
        long seen = grant.decidedAt();
        while (seen != Grant.UNKNOWN) {
            List<EncodedEntry> later = feed.buffer().after(seen);
            if (later == null) {
                break; // more was decided since than this node remembers: the application must decide anew
            }
            if (later.isEmpty()) {
                // Late entries can make the buffer lag behind what this loop has applied, and will not apply again.
                return seen < applying(reader.loop()).appliedThrough ? CloseReason.CHANGED : null;
            }
            for (EncodedEntry entry : later) {
                AccessChange change = AccessChange.of(entry.entry().event());
                if (change != null && change.isAbout(reader)) {
                    return change.reason();
                }
                seen = entry.position();
            }
        }
        return CloseReason.CHANGED;
    }

    private Applying applying(DeliveryLoop loop) {
        return Objects.requireNonNull(appliers.get(loop), "loop");
    }

    private void learnEnd(TopicFeeds feeds) {
        long askedAt = feed.buffer().version();
        feeds.backplane().read(Topic.control(), null, 1, 1).thenAccept(page -> feed.learnEnd(page.end(), askedAt));
    }

    /** The outlet of a loop's own control reader. */
    private static final class Applying implements Outlet, Reader.Watcher {

        private final DeliveryLoop loop;
        private final List<Runnable> changes = new ArrayList<>();
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private long appliedThrough;

        Applying(DeliveryLoop loop) {
            this.loop = loop;
        }

        @Override
        public void opened() {
            ready.complete(null);
        }

        @Override
        public void begin() {
            changes.clear();
        }

        @Override
        public boolean isEmpty() {
            return changes.isEmpty();
        }

        @Override
        public boolean entry(int topicIndex, EncodedEntry entry, long[] positions) {
            AccessChange change = AccessChange.of(entry.entry().event());
            long position = entry.position();
            changes.add(() -> {
                appliedThrough = position;
                if (change != null) {
                    apply(change, position);
                }
            });
            return true;
        }

        /** What was withdrawn is not known any more, so every stream asks again. */
        @Override
        public boolean gap(Gap gap, long[] positions) {
            long position = positions[0];
            changes.add(() -> {
                appliedThrough = position;
                loop.readers().forEach(reader -> {
                    if (reader.grant() != null) {
                        reader.close(CloseReason.CHANGED);
                    }
                });
            });
            return true;
        }

        private void apply(AccessChange change, long position) {
            loop.readers().forEach(reader -> {
                Grant grant = reader.grant();
                if (grant != null && grant.decidedAt() < position && change.isAbout(reader)) {
                    reader.close(change.reason());
                }
            });
        }

        @Override
        public Outcome offer() {
            // As tasks: closing a reader writes to it, which must not happen in the middle of this reader's own write.
            changes.forEach(loop::execute);
            return Outcome.TAKEN;
        }

        @Override
        public void open(long[] positions, boolean resumed, List<Topic> fresh) {
            appliedThrough = positions[0];
        }

        @Override
        public void status(boolean stale) {}

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
