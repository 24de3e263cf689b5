package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.Position;
import dev.tidings.sse.ResumeOutcome;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import dev.tidings.sse.spi.Page;
import dev.tidings.sse.spi.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One subscription on its loop: a position in each of its topics, and an outlet to write to.
 *
 * <p>Live delivery, replay and catching up are the same: {@link #pump} reads from the positions as much as makes one
 * write, offers it, and moves the positions when it was taken. A reader whose outlet is not ready is not read for; it
 * costs its positions and nothing else.
 *
 * <p>Owned by its loop's thread, all of it.
 */
final class Reader implements Turn {

    private static final Logger LOG = System.getLogger(Reader.class.getName());

    /** How long a peer may take to become ready for its last block. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    private static final BitSet NONE = new BitSet(0); // never changed

    private enum State {
        OPENING,
        OPEN,
        CLOSING,
        CLOSED
    }

    /** Something to tell beside entries, written at the head of the next write. */
    private interface Notice {
        void write(Outlet outlet, long[] positions);
    }

    /** Learns what becomes of readers; one may watch many. */
    interface Watcher {
        default void opened() {}

        default void closed(Reader reader) {}
    }

    private final DeliveryLoop loop;
    private final List<Topic> names;
    private final Outlet outlet;
    private final @Nullable Predicate<Event> filter;
    private final @Nullable Grant grant;
    private final Watcher watcher;

    private State state = State.OPENING;
    private TopicReaders[] topics = {};
    private int[] slots = {};
    private long[] positions;
    private long reading; // a bit per topic: a page was asked for
    private long foreign; // a bit per topic: the position is another log's, so the first answer is a reset
    private long[] startsBehindGaps = {}; // of an unreadable cursor; otherwise the positions themselves
    private long unreadable; // a bit per topic: it is yet to be told that the cursor could not be read
    private long stale; // a bit per topic: its backplane is away
    private @Nullable ResumeOutcome replay; // while it catches up after a resume
    private boolean ready;
    private boolean moved; // the cursor is ahead of the last id that was sent
    private boolean queued;
    private boolean slow; // it said that it is not ready, and has not said otherwise since
    private boolean deadlineArmed;
    private long blockedSince;
    private int firstTopic;
    private @Nullable Runnable whenFresh;
    private @Nullable List<Notice> notices;
    private Timers.@Nullable Timer expiry;

    // Of the write being put together.
    private long nextForeign;
    private long nextUnreadable;
    private boolean nextMoved;
    private @Nullable CloseReason endWith;

    // Of ReaderList.
    @Nullable
    Reader previous;

    @Nullable
    Reader next;

    long lastWrite;

    Reader(
            DeliveryLoop loop,
            List<Topic> names,
            Outlet outlet,
            @Nullable Predicate<Event> filter,
            @Nullable Grant grant,
            Watcher watcher) {
        this.loop = loop;
        this.names = names;
        this.outlet = outlet;
        this.filter = filter;
        this.grant = grant;
        this.watcher = watcher;
        this.positions = new long[names.size()];
    }

    DeliveryLoop loop() {
        return loop;
    }

    List<Topic> topics() {
        return names;
    }

    @Nullable
    Grant grant() {
        return grant;
    }

    boolean isClosed() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /** Joins the topics, so that from now on nothing of them is missed; where reading starts is told by {@link #open}. */
    void join() {
        loop.readers().add(this);
        topics = new TopicReaders[names.size()];
        slots = new int[names.size()];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = loop.join(names.get(i), this, i);
            if (topics[i].feed().status() == Status.STALE) {
                statusChanged(topics[i], Status.STALE);
            }
        }
        if (!ready) {
            armDeadline(); // for a connection that never becomes ready
        }
    }

    /** Does something once no backplane of its topics is away. */
    void whenFresh(Runnable action) {
        if (stale == 0) {
            action.run();
        } else {
            whenFresh = action;
        }
    }

    /** Returns stages that complete when every topic's new entries reach this node. */
    List<CompletableFuture<Void>> acknowledgements() {
        return Arrays.stream(topics).map(topic -> topic.feed().acknowledged()).toList();
    }

    /** Asks the backplane where a topic ends; the replay buffer learns it, too. */
    CompletableFuture<Page> end(int topicIndex) {
        TopicFeed feed = topics[topicIndex].feed();
        long askedAt = feed.buffer().version();
        return loop.backplane()
                .read(feed.topic(), null, 1, 1)
                .toCompletableFuture()
                .thenApply(page -> {
                    feed.learnEnd(page.end(), askedAt);
                    return page;
                });
    }

    /**
     * Begins to read.
     *
     * @param start a position for each topic
     * @param foreignTopics a bit for each topic whose cursor is another log's
     * @param fresh the topics that the client's cursor did not name, if it brought one
     * @param badCursor whether it brought one that cannot be read
     */
    void open(long[] start, long foreignTopics, boolean resumed, List<Topic> fresh, boolean badCursor) {
        if (state != State.OPENING) {
            return;
        }
        state = State.OPEN;
        // A client that is cut off before it was told its gaps must not resume as if there were none.
        positions = badCursor ? new long[start.length] : start;
        startsBehindGaps = start;
        foreign = foreignTopics;
        notice((to, at) -> to.open(at, resumed, fresh));
        unreadable = badCursor ? -1L >>> -names.size() : 0; // as many bits as there are topics
        if (resumed || badCursor) {
            replay = badCursor ? ResumeOutcome.BAD_CURSOR : ResumeOutcome.COMPLETE;
        }
        meters().opened(resumed || badCursor);
        watcher.opened();
        pump();
    }

    /** Sets when the access ends. */
    void expireAfter(Duration time) {
        if (time.isZero()) {
            close(CloseReason.EXPIRED); // not by a timer, which would let tasks go first
        } else {
            expiry = loop.after(time, () -> close(CloseReason.EXPIRED));
        }
    }

    /** The outlet takes frames again, or for the first time. */
    void ready() {
        noLongerSlow();
        ready = true;
        pump();
    }

    /** The outlet is gone; it is not called again. */
    void gone() {
        if (state != State.CLOSED) {
            leave();
            finish();
        }
    }

    /** Ends the subscription, telling the reason where the outlet can still be written to. */
    void close(CloseReason reason) {
        if (isClosed()) {
            return;
        }
        boolean opened = state == State.OPEN;
        leave();
        state = State.CLOSING;
        meters().closed(reason);
        notice((to, at) -> to.close(reason, at, opened));
        ready |= !outlet.isConnection(); // a callback can be told at any time, behind what it already has
        pump();
        if (state == State.CLOSING) {
            loop.after(CLOSE_GRACE, this::abort);
        }
    }

    /** Ends the subscription now, without a word if need be. */
    void abort() {
        if (state != State.CLOSED) {
            leave();
            outlet.abort();
            finish();
        }
    }

    void statusChanged(TopicReaders topic, Status status) {
        boolean wasStale = stale != 0;
        long bit = bit(indexOf(topic));
        stale = status == Status.STALE ? stale | bit : stale & ~bit;
        boolean isStale = stale != 0;
        if (isStale != wasStale && !isClosed()) {
            notice((to, at) -> to.status(isStale));
            pump();
            Runnable waiting = isStale ? null : whenFresh;
            if (waiting != null) {
                whenFresh = null;
                waiting.run();
            }
        }
    }

    void heartbeat() {
        if (!ready || !outlet.isConnection()) {
            return; // one that is not ready is watched over by its write deadline
        }
        boolean tellCursor = moved && state == State.OPEN;
        notice((to, at) -> to.heartbeat(at, tellCursor));
        moved = false;
        pump();
    }

    void pageArrived(TopicReaders topic) {
        if (isClosed()) {
            return;
        }
        reading &= ~bit(indexOf(topic));
        pump();
    }

    @Override
    public boolean take() {
        queued = false;
        pump();
        return false;
    }

    /** Reads and writes once; if there is more, another turn is asked for, so that others come in between. */
    void pump() {
        try {
            if (writeOnce() && !queued) {
                queued = true;
                loop.enqueue(this);
            }
        } catch (RuntimeException failure) {
            // Caught here, or it would end the pass over all other readers of the topic.
            LOG.log(Level.ERROR, "reading for a subscription to " + names + " failed; it ends", failure);
            abort();
        }
    }

    /** Puts together one write and offers it; tells whether there is more to write. */
    private boolean writeOnce() {
        if (!ready || state == State.CLOSED) {
            return false;
        }
        long[] ahead = loop.scratch();
        System.arraycopy(positions, 0, ahead, 0, positions.length);
        boolean more = fill(ahead);
        if (endWith != null) {
            outlet.begin(); // what was put together is dropped, and read again by whoever resumes
            close(endWith);
            return false;
        }
        if (outlet.isEmpty()) {
            notices = null;
            commit(ahead); // what a filter dropped still moves the cursor
        } else if (!offer(ahead)) {
            return false;
        }
        if (!more && reading == 0) {
            caughtUp();
        }
        return more;
    }

    private boolean fill(long[] ahead) {
        nextForeign = foreign;
        nextUnreadable = unreadable;
        nextMoved = moved;
        loop.written().clear();
        loop.told().clear();
        endWith = null;
        outlet.begin();
        if (notices != null) {
            notices.forEach(notice -> notice.write(outlet, ahead));
        }
        return state == State.OPEN && readTopics(ahead);
    }

    private boolean offer(long[] ahead) {
        Outcome outcome = outlet.offer();
        switch (outcome) {
            case TAKEN -> {
                notices = null;
                commit(ahead);
                loop.readers().touch(this);
                loop.told().forEach(this::told);
                meters().delivered(loop.written(), replay != null);
                if (state == State.CLOSING) {
                    outlet.end();
                    finish();
                }
            }
            case NOT_READY -> blocked();
            case GONE -> gone();
        }
        return outcome == Outcome.TAKEN && state == State.OPEN;
    }

    private void caughtUp() {
        if (replay != null && state == State.OPEN) {
            meters().caughtUp(replay);
            replay = null;
        }
    }

    private void commit(long[] ahead) {
        System.arraycopy(ahead, 0, positions, 0, positions.length);
        foreign = nextForeign;
        unreadable = nextUnreadable;
        moved = nextMoved;
    }

    /** Reads all topics, each write beginning with another one; tells whether this write is full. */
    private boolean readTopics(long[] ahead) {
        for (int i = 0; i < topics.length; i++) {
            int topic = (firstTopic + i) % topics.length;
            if (!readTopic(topic, ahead)) {
                firstTopic = (topic + 1) % topics.length;
                return true;
            }
        }
        return false;
    }

    private boolean readTopic(int i, long[] ahead) {
        if (!addBadCursor(i, ahead)) {
            return false;
        }
        while ((reading & bit(i)) == 0) {
            boolean ofAnotherLog = (nextForeign & bit(i)) != 0;
            Run run = ofAnotherLog
                    ? topics[i].pageAfter(ahead[i], filter != null)
                    : topics[i].runAfter(ahead[i], filter != null);
            if (run == Run.TOO_SLOW) {
                endWith = CloseReason.SLOW;
                return true;
            } else if (run == null) {
                reading |= bit(i);
                topics[i].requestPage(ahead[i], this);
            } else if (run.isEmpty() && !ofAnotherLog) {
                break;
            } else if (!add(i, run, ahead)) {
                return false;
            }
        }
        return true;
    }

    private boolean add(int i, Run run, long[] ahead) {
        return addGap(i, run, ahead) && (addWhole(i, run, ahead) || addEach(i, run, ahead));
    }

    /** Tells, once for each topic, that reading began at the end for want of anything better. */
    private boolean addBadCursor(int i, long[] ahead) {
        if ((nextUnreadable & bit(i)) == 0) {
            return true;
        }
        Gap gap = new Gap(names.get(i), Gap.Reason.BAD_CURSOR);
        ahead[i] = startsBehindGaps[i];
        if (!outlet.gap(gap, ahead)) {
            ahead[i] = Position.NONE.value();
            return false;
        }
        loop.told().add(gap);
        nextUnreadable &= ~bit(i);
        return true;
    }

    private boolean addGap(int i, Run run, long[] ahead) {
        Gap.Reason reason = (nextForeign & bit(i)) != 0 ? Gap.Reason.RESET : run.gap();
        if (reason == null) {
            return true;
        }
        ahead[i] = run.start();
        Gap gap = new Gap(names.get(i), reason);
        if (!outlet.gap(gap, ahead)) {
            ahead[i] = run.from();
            return false;
        }
        loop.told().add(gap);
        nextForeign &= ~bit(i);
        nextMoved = false;
        return true;
    }

    private boolean addWhole(int i, Run run, long[] ahead) {
        if (filter != null || run.entries().isEmpty() || !outlet.entries(run)) {
            return false;
        }
        ahead[i] = run.end();
        nextMoved = false;
        loop.written().addAll(run.entries());
        return true;
    }

    private boolean addEach(int i, Run run, long[] ahead) {
        BitSet superseded = topics[i].feed().isConflating() && filter != null ? run.superseded(this::passes) : NONE;
        for (int e = 0; e < run.entries().size(); e++) {
            EncodedEntry entry = run.entries().get(e);
            long before = ahead[i];
            ahead[i] = entry.position();
            if (superseded.get(e) || !passes(entry)) {
                nextMoved = true;
            } else if (outlet.entry(i, entry, ahead)) {
                nextMoved = false;
                loop.written().add(entry);
            } else {
                ahead[i] = before;
                return false;
            }
        }
        return true;
    }

    /** A filter may guard access, so one that throws lets nothing more through: it ends the subscription. */
    private boolean passes(EncodedEntry entry) {
        if (filter == null) {
            return true;
        }
        try {
            return endWith == null && filter.test(entry.entry().event());
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "a filter threw; its subscription to " + names + " ends", failure);
            endWith = CloseReason.ERROR;
            return false;
        }
    }

    private void blocked() {
        ready = false;
        if (!slow) {
            slow = true;
            meters().slow(true);
        }
        armDeadline();
    }

    private void armDeadline() {
        blockedSince = loop.time().nanos();
        if (outlet.isConnection() && !deadlineArmed) {
            deadlineArmed = true;
            loop.after(loop.settings().writeDeadline(), this::checkDeadline);
        }
    }

    private void noLongerSlow() {
        if (slow) {
            slow = false;
            meters().slow(false);
        }
    }

    private void checkDeadline() {
        deadlineArmed = false;
        if (ready || isClosed()) {
            return;
        }
        long left = blockedSince
                + loop.settings().writeDeadline().toNanos()
                - loop.time().nanos();
        if (left > 0) {
            deadlineArmed = true;
            loop.after(Duration.ofNanos(left), this::checkDeadline);
        } else {
            meters().closed(CloseReason.SLOW);
            abort();
        }
    }

    private void leave() {
        for (int i = 0; i < topics.length; i++) {
            loop.leave(topics[i], this, i);
        }
        topics = new TopicReaders[0];
        if (expiry != null) {
            expiry.cancel();
        }
    }

    private void finish() {
        state = State.CLOSED;
        notices = null;
        noLongerSlow();
        loop.readers().remove(this);
        watcher.closed(this);
    }

    private void notice(Notice notice) {
        if (notices == null) {
            notices = new ArrayList<>(2);
        }
        notices.add(notice);
    }

    private void told(Gap gap) {
        meters().gap(gap);
        if (replay == ResumeOutcome.COMPLETE) {
            replay = ResumeOutcome.GAP;
        }
    }

    int indexOf(TopicReaders topic) {
        for (int i = 0; i < topics.length; i++) {
            if (topics[i] == topic) {
                return i;
            }
        }
        throw new IllegalStateException("reader does not read " + topic.topic());
    }

    int slot(int topicIndex) {
        return slots[topicIndex];
    }

    void setSlot(int topicIndex, int slot) {
        slots[topicIndex] = slot;
    }

    private Meters meters() {
        return loop.meters().of(names.get(0));
    }

    private static long bit(int topicIndex) {
        return 1L << topicIndex;
    }
}
