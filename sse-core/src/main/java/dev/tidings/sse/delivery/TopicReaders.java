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
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The readers that one loop has of one topic, and a pass over them when the topic has grown.
 *
 * <p>Owned by its loop's thread, but for {@link #mark} and {@link #recheck}, which any thread may call.
 */
final class TopicReaders implements Turn {

    private static final int PAGE_ENTRIES = 256;
    private static final long FIRST_BACKOFF_MILLIS = 500;
    private static final long LONGEST_BACKOFF_MILLIS = 4_000;

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
        reader.memberships().setSlot(topicIndex, readers.size());
        readers.add(reader);
    }

    /** Removes a reader, also in the middle of a pass, which still visits every other one. */
    void remove(Reader reader, int topicIndex) {
        int hole = reader.memberships().slot(topicIndex);
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
            read = new PageRead(position);
            read.waiting.add(reader);
            reads.put(position, read);
            loop.reads().acquire(read::ask);
        } else {
            read.waiting.add(reader);
        }
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
            Memberships memberships = moved.memberships();
            memberships.setSlot(memberships.indexOf(this), to);
        }
    }

    /** A read of the backplane, and the readers that wait for it. Its page lives until they all had their chance. */
    private final class PageRead implements Turn {

        private final long position;
        private final List<Reader> waiting = new ArrayList<>(1);
        private long askedAt; // the version of the buffer then
        private int failures;
        private @Nullable Page answer;
        private @Nullable Run all;
        private @Nullable Run unconflated;
        private int handedOut;

        PageRead(long position) {
            this.position = position;
        }

        /** Asks the backplane, unless nobody waits for it any more; tells whether it did. */
        boolean ask() {
            if (waiting.stream().allMatch(Reader::isClosed)) {
                reads.remove(position);
                return false;
            }
            askedAt = feed.buffer().version();
            read().whenComplete((page, failure) -> loop.execute(() -> {
                if (failure == null) {
                    arrived(page);
                } else {
                    failed();
                }
            }));
            return true;
        }

        private CompletionStage<Page> read() {
            try {
                return loop.backplane().read(topic(), new Position(position), PAGE_ENTRIES, FrameJoiner.MAX_BYTES);
            } catch (Throwable failure) { // thrown on, it would keep the permit
                return CompletableFuture.failedFuture(failure);
            }
        }

        private void arrived(Page page) {
            reads.remove(position);
            boolean reachesEnd = page.entries().isEmpty()
                    || page.entries().get(page.entries().size() - 1).position().equals(page.end());
            if (reachesEnd) {
                feed.learnEnd(page.end(), askedAt);
            }
            answer = page;
            loop.enqueue(this);
        }

        private void failed() {
            loop.reads().release(); // what is asked of other servers must not wait for this one
            failures++;
            loop.after(backoff(), () -> loop.reads().acquire(this::ask));
        }

        /** Doubles, and differs from read to read, so that they do not come in step; the same in every run of a test. */
        private Duration backoff() {
            long most = Math.min(LONGEST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures - 1, 10));
            return Duration.ofMillis(new SplittableRandom(position + failures).nextLong(most / 2, most + 1));
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
            boolean more = handedOut < waiting.size();
            if (!more) {
                loop.reads().release();
            }
            return more;
        }
    }
}
