package dev.tidings.sse.delivery;

import dev.tidings.sse.CloseReason;
import dev.tidings.sse.Event;
import dev.tidings.sse.Gap;
import dev.tidings.sse.StreamSummary;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.FrameSubscriber.Outcome;
import dev.tidings.sse.spi.Lease;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** How long a peer that has been ready before may take to become so for its last block. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

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
        /** It was given its first block, {@code stream.open}. */
        default void opened(Reader reader) {}

        /** It asked the backplane for entries that this node does not hold. */
        default void behind() {}

        /** It has been given all that this node knows of. */
        default void caughtUp() {}

        default void closed(Reader reader) {}
    }

    private final DeliveryLoop loop;
    private List<Topic> names;
    private final Outlet outlet;
    private final @Nullable Predicate<Event> filter;
    private final @Nullable Grant grant;
    private final Watcher watcher;
    private final Memberships memberships = new Memberships(this);

    private State state = State.OPENING;
    private long[] positions;
    private boolean stale; // as the outlet was told
    private @Nullable Resume resume; // while it catches up
    private boolean ready;
    private boolean wasReady; // once at least
    private boolean moved; // the cursor is ahead of the last id that was sent
    private boolean openOwed; // it reads, and was not told so yet
    private boolean queued;
    private boolean held; // by the gate, when it last looked
    private int firstTopic;
    private @Nullable Runnable whenAvailable;
    private @Nullable List<Notice> notices;
    private Timers.@Nullable Timer expiry;
    private @Nullable WriteDeadline deadline; // of who has been slow once

    // Of StreamRegistry, guarded by its lock.
    static final int NOT_REGISTERED = -1;
    int registered = NOT_REGISTERED;

    // Of StreamLeases, written once on the loop.
    @Nullable
    Lease lease;

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

    Outlet outlet() {
        return outlet;
    }

    @Nullable
    Predicate<Event> filter() {
        return filter;
    }

    @Nullable
    Resume resume() {
        return resume;
    }

    Memberships memberships() {
        return memberships;
    }

    boolean isClosed() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /** Comes to its loop, whatever becomes of it: refused, it has a last block to be written. */
    void begin() {
        if (state != State.CLOSED) {
            loop.readers().add(this);
        }
    }

    /** Joins the topics, so that from now on nothing of them is missed; where reading starts is told by {@link #open}. */
    void join() {
        memberships.join(names);
        if (names.size() == 1) {
            TopicFeed feed = memberships.topic(0).feed();
            names = feed.layout().topics(); // shared by all readers of this topic alone
            outlet.readsOnly(feed);
        }
    }

    /** Does something once all its topics are followed, no backplane is away, and access is known. */
    void whenAvailable(Runnable action) {
        whenAvailable = action;
        recheck();
    }

    /** Looks again at what it depends on: the backplane of its topics, and whether access is known. */
    void recheck() {
        if (isClosed()) {
            return;
        }
        boolean nowStale = isStale();
        if (nowStale != stale) {
            stale = nowStale;
            notice((to, at) -> to.status(nowStale));
        }
        pump();
        Runnable waiting = whenAvailable;
        if (waiting != null && isAvailable()) {
            whenAvailable = null;
            waiting.run();
        }
    }

    /**
     * Begins to read.
     *
     * @param start a position for each topic
     * @param resumption what is special about it, or null if it came without a cursor
     * @param fresh the topics that the client's cursor did not name, if it brought one
     */
    void open(long[] start, @Nullable Resume resumption, List<Topic> fresh) {
        if (state != State.OPENING) {
            return;
        }
        state = State.OPEN;
        boolean unreadable = resumption != null && resumption.unreadable() != 0;
        // A client that is cut off before it was told its gaps must not resume as if there were none.
        positions = unreadable ? new long[start.length] : start;
        resume = resumption;
        notice((to, at) -> to.open(at, resumption != null && !unreadable, fresh));
        openOwed = true;
        meters().opened(resumption != null);
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
        if (deadline != null) {
            deadline.over();
        }
        boolean first = !wasReady;
        wasReady = true;
        ready = true;
        pump();
        if (first && state == State.CLOSING) {
            loop.after(CLOSE_GRACE, this::abort);
        }
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
        close(Ending.of(reason));
    }

    void close(Ending ending) {
        if (isClosed()) {
            return;
        }
        boolean opened = state == State.OPEN;
        leave();
        state = State.CLOSING;
        noteEnding(ending.reason());
        notice((to, at) -> to.close(ending, at, opened));
        ready |= !outlet.isConnection(); // a callback can be told at any time, behind what it already has
        pump();
        if (state == State.CLOSING) {
            // A transport that is late with the first readiness on a busy server must not cost its client the last
            // block.
            loop.after(wasReady ? CLOSE_GRACE : loop.settings().writeDeadline(), this::abort);
        }
    }

    /** Ends the subscription now, without a word if need be. */
    void abort() {
        if (state != State.CLOSED) {
            leave();
            abortOutlet();
            finish();
        }
    }

    /** It may be the outlet that has failed; the stream must be given up all the same. */
    private void abortOutlet() {
        try {
            outlet.abort();
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a subscriber to " + names + " could not be aborted", failure);
        }
    }

    void heartbeat() {
        if (!outlet.isConnection() || isClosed()) {
            return;
        }
        if (!ready) {
            deadline().beginOnce(); // it has never been ready, or the deadline would be running
            return;
        }
        boolean tellCursor = moved && state == State.OPEN;
        notice((to, at) -> to.heartbeat(at, tellCursor));
        moved = false;
        pump();
    }

    void requestPage(int topicIndex, long after) {
        watcher.behind();
        memberships.requestPage(topicIndex, after);
    }

    void pageArrived(TopicReaders topic) {
        if (isClosed()) {
            return;
        }
        memberships.pageArrived(topic);
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
        } catch (Throwable failure) { // an Error too: it is this one's alone, whoever else is on the loop
            LOG.log(Level.ERROR, "reading for a subscription to " + names + " failed; it ends", failure);
            if (!isClosed()) {
                noteEnding(CloseReason.ERROR);
            }
            abort();
        }
    }

    /** Puts together one write and offers it; tells whether there is more to write. */
    private boolean writeOnce() {
        if (!ready || state == State.CLOSED) {
            return false;
        }
        Draft draft = loop.draft();
        boolean more = fill(draft);
        CloseReason end = draft.endWith();
        if (end != null) {
            outlet.begin(); // what was put together is dropped, and read again by whoever resumes
            close(end);
            return false;
        }
        if (outlet.isEmpty()) {
            notices = null;
            commit(draft); // what a filter dropped still moves the cursor
        } else if (!offer(draft)) {
            return false;
        }
        if (!more && state == State.OPEN && !memberships.isReadingAny() && !isHeld()) {
            caughtUp();
        }
        return more;
    }

    /** Tells whether the write is full before all was read. */
    private boolean fill(Draft draft) {
        begin(draft);
        if (state != State.OPEN || isHeld()) {
            return false;
        }
        boolean more = read(draft);
        if (isHeld()) { // only now: what was read in between may be from after a withdrawal
            begin(draft);
            return false;
        }
        return more;
    }

    private void begin(Draft draft) {
        draft.begin(positions, resume, moved);
        outlet.begin();
        if (notices != null) {
            notices.forEach(notice -> notice.write(outlet, draft.ahead()));
        }
    }

    private boolean read(Draft draft) {
        int all = memberships.size();
        for (int i = 0; i < all; i++) {
            int topic = (firstTopic + i) % all;
            if (!draft.add(this, topic)) {
                firstTopic = (topic + 1) % all; // or a busy topic would keep the others out
                return true;
            }
        }
        return false;
    }

    private boolean offer(Draft draft) {
        Outcome outcome = outlet.offer();
        switch (outcome) {
            case TAKEN -> taken(draft);
            case NOT_READY -> {
                ready = false;
                deadline().blocked();
            }
            case GONE -> gone();
        }
        return outcome == Outcome.TAKEN && state == State.OPEN;
    }

    private void taken(Draft draft) {
        notices = null;
        commit(draft);
        loop.readers().touch(this);
        if (openOwed) {
            openOwed = false;
            noteOpened();
        }
        for (Gap gap : draft.told()) {
            meters().gap(gap);
            if (resume != null) {
                resume.told(gap);
            }
        }
        meters().delivered(draft.written(), resume != null);
        if (state == State.CLOSING) {
            outlet.end();
            finish();
        }
    }

    private void noteOpened() {
        if (grant != null) {
            grant.account().established(loop.time().nanos());
        }
        watcher.opened(this);
    }

    private void noteEnding(CloseReason reason) {
        if (grant != null) {
            grant.account().ending(reason);
        }
        meters().closed(reason);
    }

    private void commit(Draft draft) {
        draft.commit(positions, resume);
        memberships.keptUp(draft.keptUp());
        moved = draft.moved() && !outlet.moved(positions);
    }

    private void caughtUp() {
        if (resume != null) {
            meters().caughtUp(resume.outcome());
            resume = null;
        }
        watcher.caughtUp();
    }

    /** Tells whether it can do nothing before its outlet takes something. */
    boolean awaitsOutlet() {
        return !ready && !isClosed();
    }

    /** Cuts the connection, which has not become ready within the write deadline. */
    void tooSlow() {
        noteEnding(CloseReason.SLOW);
        abort();
    }

    private void leave() {
        memberships.leave();
        if (expiry != null) {
            expiry.cancel();
        }
    }

    private void finish() {
        state = State.CLOSED;
        notices = null;
        loop.readers().remove(this);
        watcher.closed(this);
        if (deadline != null) {
            deadline.end(); // behind that, which may tell for how long it was
        }
    }

    private WriteDeadline deadline() {
        if (deadline == null) {
            deadline = new WriteDeadline(this, meters());
        }
        return deadline;
    }

    private void notice(Notice notice) {
        if (notices == null) {
            notices = new ArrayList<>(2);
        }
        notices.add(notice);
    }

    /** Tells whether nothing may be delivered, since what was withdrawn meanwhile is not known. */
    private boolean isHeld() {
        held = grant != null && loop.gate().holds();
        return held;
    }

    /** Tells whether it found the gate closed, and has not looked again since. */
    boolean wasHeld() {
        return held;
    }

    private boolean isStale() {
        return (grant != null && loop.gate().isStale()) || memberships.isAnyStale();
    }

    private boolean isAvailable() {
        return memberships.areAllFollowed() && !stale && !isHeld();
    }

    /**
     * Returns what there is to say of a transport's stream.
     *
     * @param now what its times are told of; may lie a little before the stream itself
     */
    StreamSummary summary(long now) {
        Grant granted = Objects.requireNonNull(grant, "grant");
        StreamAccount account = granted.account();
        return new StreamSummary(
                account.id(),
                granted.principal(),
                names,
                account.age(now),
                account.establishment(),
                outlet.events(),
                outlet.bytes(),
                deadline == null ? Duration.ZERO : deadline.lasted(now));
    }

    private Meters meters() {
        return loop.meters().of(names.get(0));
    }
}
