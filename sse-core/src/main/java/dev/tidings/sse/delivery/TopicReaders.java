package dev.tidings.sse.delivery;

import dev.tidings.sse.Position;
import dev.tidings.sse.SlowConsumers;
import dev.tidings.sse.SlowConsumers.Policy;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The readers that one loop has of one topic, and a pass over them when the topic has grown.
 *
 * <p>Owned by its loop's thread, but for {@link #mark} and {@link #recheck}, which any thread may call.
 */
final class TopicReaders implements Turn {

    private static final int PAGE_ENTRIES = 256;
    private static final Duration READ_AGAIN = Duration.ofMillis(500);

    private final DeliveryLoop loop;
    private final TopicFeed feed;
    private final Runnable startPass = this::startPass;

    // Set by any thread, cleared by the loop.
    private final AtomicBoolean marked = new AtomicBoolean();

    // Touched by the loop's thread only.
    private final List<Reader> readers = new ArrayList<>(1);
    private final Map<Long, PageRead> reads = new HashMap<>(2);
    private @Nullable Run shared;
    private long sharedVersion;
    private @Nullable PageRead page;
    private boolean passing;
    private boolean again;
    private int nextReader;

    TopicReaders(DeliveryLoop loop, TopicFeed feed) {
        this.loop = loop;
        this.feed = feed;
        feed.attach(this);
    }

    void close() {
        feed.detach(this);
    }

    Topic topic() {
        return feed.topic();
    }

    TopicFeed feed() {
        return feed;
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** Notes that the topic has grown, from any thread; many marks make one pass. */
    void mark() {
        if (marked.compareAndSet(false, true)) {
            loop.execute(startPass);
        }
    }

    /** Lets all readers look at the feed's status again, from any thread. */
    void recheck() {
        loop.execute(() -> loop.enqueue(new Recheck(readers)));
    }

    void add(Reader reader, int topicIndex) {
        reader.setSlot(topicIndex, readers.size());
        readers.add(reader);
    }

    /** Removes a reader, also in the middle of a pass, which still visits every other one. */
    void remove(Reader reader, int topicIndex) {
        int hole = reader.slot(topicIndex);
        if (passing && hole < nextReader) {
            // The last reader is yet to be visited, so it must not move to where the pass has been.
            nextReader--;
            move(nextReader, hole);
            hole = nextReader;
        }
        int last = readers.size() - 1;
        move(last, hole);
        readers.remove(last);
    }

    /** Visits the next slice of readers. */
    @Override
    public boolean take() {
        int end = Math.min(readers.size(), nextReader + SLICE);
        for (int visits = end - nextReader; visits > 0 && nextReader < readers.size(); visits--) {
            readers.get(nextReader++).pump();
        }
        if (nextReader < readers.size()) {
            return true;
        }
        nextReader = 0;
        passing = again;
        again = false;
        return passing;
    }

    /**
     * Returns what lies after a position, shared by all readers that stand there; null if this node does not know the
     * position, so that the backplane must be asked; {@link Run#TOO_SLOW} if the topic's policy ends who is so far behind.
     *
     * @param filtered whether it is for a reader with a filter, which conflates by what it may see
     * @param keptUp whether the reader has kept up once: who comes back must not be ended for what it missed while away,
     *     or it would come back to the same end for ever
     */
    @Nullable
    Run runAfter(long position, boolean filtered, boolean keptUp) {
        SlowConsumers slow = feed.slowConsumers();
        boolean bound = slow.policy() == Policy.SKIP || (slow.policy() == Policy.END && keptUp);
        EncodedEntry newest = bound ? feed.buffer().newestIfMoreThan(slow.maxBehind(), position) : null;
        if (newest != null) {
            return slow.policy() == Policy.END ? Run.TOO_SLOW : Run.skippedTo(position, newest);
        }
        Run pageThere = pageAfter(position, filtered);
        if (pageThere != null && !pageThere.isEmpty()) {
            return pageThere;
        }
        // Behind an empty page the buffer has the last word: an entry may have overtaken the answer.
        return filtered && feed.isConflating() ? unshared(position) : shared(position);
    }

    /** Returns the page that is being handed out, if it is one of this position. */
    @Nullable
    Run pageAfter(long position, boolean filtered) {
        return page != null && page.position == position ? page.run(filtered) : null;
    }

    private @Nullable Run shared(long position) {
        long version = feed.buffer().version();
        if (shared == null || shared.from() != position || sharedVersion != version) {
            Run run = feed.isConflating()
                    ? unshared(position)
                    : run(position, feed.buffer().after(position));
            if (run == null || run.isEmpty()) {
                return run; // a reader at the end must not displace the run that all the others have yet to read
            }
            shared = feed.isConflating() ? run.conflated() : run;
            sharedVersion = version;
        }
        return shared;
    }

    private @Nullable Run unshared(long position) {
        return run(position, feed.buffer().allAfter(position));
    }

    private static @Nullable Run run(long position, @Nullable List<EncodedEntry> entries) {
        if (entries == null) {
            return null;
        }
        return entries.isEmpty() ? Run.NOTHING : Run.contiguous(position, entries);
    }

    /** Asks the backplane what lies after a position. Readers that ask for the same one share the read. */
    void requestPage(long position, Reader reader) {
        PageRead read = reads.get(position);
        if (read == null) {
            read = new PageRead(position, feed.buffer().version());
            reads.put(position, read);
            ask(read);
        }
        read.waiting.add(reader);
    }

    private void ask(PageRead read) {
        loop.backplane()
                .read(topic(), new Position(read.position), PAGE_ENTRIES, FrameJoiner.MAX_BYTES)
                .whenComplete((answer, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        arrived(read, answer);
                    } else if (readers.isEmpty()) {
                        reads.remove(read.position);
                    } else {
                        loop.after(READ_AGAIN, () -> ask(read));
                    }
                }));
    }

    private void arrived(PageRead read, Page answer) {
        reads.remove(read.position);
        boolean reachesEnd = answer.entries().isEmpty()
                || answer.entries().get(answer.entries().size() - 1).position().equals(answer.end());
        if (reachesEnd) {
            feed.learnEnd(answer.end(), read.askedAt);
        }
        read.answer = answer;
        loop.enqueue(read);
    }

    private void startPass() {
        marked.set(false); // before the buffer is read, or an entry in between would be nobody's
        if (passing) {
            again = true;
        } else if (!readers.isEmpty()) {
            passing = true;
            nextReader = 0;
            loop.enqueue(this);
        }
    }

    private void move(int from, int to) {
        if (from != to) {
            Reader moved = readers.get(from);
            readers.set(to, moved);
            moved.setSlot(moved.indexOf(this), to);
        }
    }

    /** A read of the backplane, and the readers that wait for it. Its page lives until they all had their chance. */
    private final class PageRead implements Turn {

        private final long position;
        private final long askedAt;
        private final List<Reader> waiting = new ArrayList<>(1);
        private @Nullable Page answer;
        private @Nullable Run all;
        private @Nullable Run unconflated;
        private int handedOut;

        PageRead(long position, long askedAt) {
            this.position = position;
            this.askedAt = askedAt;
        }

        /** Returns the page for a reader, made once for all that are alike. */
        @Nullable
        Run run(boolean filtered) {
            if (answer == null) {
                return null;
            }
            if (filtered && feed.isConflating()) {
                unconflated = unconflated == null ? Run.of(position, answer, feed, false) : unconflated;
                return unconflated;
            }
            if (all == null) {
                Run run = Run.of(position, answer, feed, true);
                all = feed.isConflating() ? run.conflated() : run;
            }
            return all;
        }

        @Override
        public boolean take() {
            page = this;
            try {
                int end = Math.min(waiting.size(), handedOut + SLICE);
                while (handedOut < end) {
                    waiting.get(handedOut++).pageArrived(TopicReaders.this);
                }
            } finally {
                page = null;
            }
            return handedOut < waiting.size();
        }
    }
}
