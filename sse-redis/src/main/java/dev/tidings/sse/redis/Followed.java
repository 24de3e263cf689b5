package dev.tidings.sse.redis;

import dev.tidings.sse.Entry;
import dev.tidings.sse.Position;
import dev.tidings.sse.Topic;
import dev.tidings.sse.spi.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A topic that this node follows: who wants it, how far its subscription is, and what was heard of it.
 *
 * <p>Thread-safe by its monitor, which is held while sinks are called, so that for one topic they are called one at a time
 * and in order. Sinks do not block.
 */
final class Followed {

    private static final Logger LOG = System.getLogger(Followed.class.getName());

    /** Nothing was heard since it was subscribed. */
    private static final long UNKNOWN = -1;

    private enum State {
        NONE,
        SUBSCRIBING,
        SUBSCRIBED,
        UNSUBSCRIBING
    }

    /** What a link is to do about a topic. */
    enum Step {
        NOTHING,
        SUBSCRIBE,
        UNSUBSCRIBE
    }

    private final Topic topic;
    private final String channel;
    private final AtomicInteger stale;
    private final Figures figures;

    // Guarded by this.
    private List<Follower> followers = List.of();
    private boolean wanted = true;
    private long leftNanos;
    private @Nullable FollowLink link;
    private State state = State.NONE;
    private boolean missed;
    private long seen = UNKNOWN;

    /**
     * Creates a topic that nobody follows yet.
     *
     * @param stale counts the topics whose followers may have missed something
     */
    Followed(Topic topic, String channel, AtomicInteger stale, Figures figures) {
        this.topic = topic;
        this.channel = channel;
        this.stale = stale;
        this.figures = figures;
    }

    Topic topic() {
        return topic;
    }

    String channel() {
        return channel;
    }

    // Who wants it.

    /** Adds a sink, and tells whether it is to be acknowledged at once. */
    synchronized boolean join(Follower follower) {
        List<Follower> more = new ArrayList<>(followers);
        more.add(follower);
        followers = List.copyOf(more);
        wanted = true;
        boolean subscribed = state == State.SUBSCRIBED;
        if (subscribed || missed) {
            // It may know only how all topics together are doing.
            follower.sink().status(subscribed ? Status.FRESH : Status.STALE);
        }
        return subscribed;
    }

    synchronized void leave(Follower follower) {
        followers = followers.stream().filter(other -> other != follower).toList();
        leftNanos = System.nanoTime();
    }

    /** Notes that nobody wants it any more if nobody has for a while; tells whether that is so. */
    synchronized boolean isUnwanted(long lingerNanos) {
        if (wanted && followers.isEmpty() && System.nanoTime() - leftNanos > lingerNanos) {
            wanted = false;
        }
        return !wanted;
    }

    /** Tells whether it can be forgotten. */
    synchronized boolean isOver() {
        return !wanted && state == State.NONE;
    }

    /** Forgets all sinks. */
    void end() {
        List<Follower> ended;
        synchronized (this) {
            ended = followers;
            followers = List.of();
            wanted = false;
            missed(false);
        }
        ended.forEach(Follower::end);
    }

    // How far its subscription is.

    /** Gives it to a link, which is told by the caller; false if it was that one's already. */
    synchronized boolean assign(@Nullable FollowLink newLink) {
        if (link == newLink) {
            return false;
        }
        boolean moved = link != null;
        link = newLink;
        if (moved) {
            lost();
        }
        return true;
    }

    synchronized @Nullable FollowLink link() {
        return link;
    }

    /** Decides what a link is to do now; what is returned counts as begun. */
    synchronized Step begin(FollowLink by) {
        if (link != by) {
            return Step.NOTHING;
        }
        if (state == State.NONE && wanted) {
            state = State.SUBSCRIBING;
            return Step.SUBSCRIBE;
        }
        if (state == State.SUBSCRIBED && !wanted) {
            state = State.UNSUBSCRIBING;
            return Step.UNSUBSCRIBE;
        }
        return Step.NOTHING;
    }

    /** Learns that it is subscribed: whatever is appended from now on will be heard. */
    void subscribed(FollowLink by) {
        List<Follower> acknowledged;
        synchronized (this) {
            if (link != by || state != State.SUBSCRIBING) {
                return;
            }
            state = State.SUBSCRIBED;
            seen = UNKNOWN;
            if (missed) {
                missed(false);
                diverged();
            }
            tell(Status.FRESH);
            acknowledged = followers;
        }
        acknowledged.forEach(Follower::acknowledge);
    }

    /** Learns that it is not subscribed, for whatever reason. */
    synchronized void unsubscribed(FollowLink by) {
        if (link == by && state != State.NONE) {
            lost();
        }
    }

    synchronized boolean isSubscribed() {
        return state == State.SUBSCRIBED;
    }

    // What was heard of it.

    /** Takes what came on the channel. */
    synchronized void heard(FollowLink by, byte[] frame) {
        if (link != by || state != State.SUBSCRIBED) {
            return;
        }
        Entry entry;
        try {
            entry = FrameFormat.parse(frame);
        } catch (IllegalArgumentException e) {
            // The next entry, or the audit, shows what was missed by this, if anything was.
            LOG.log(Level.WARNING, "something that is no entry came on the channel of {0}: {1}", topic, e.getMessage());
            return;
        }
        if (entry.position().value() == seen) {
            figures.duplicates.increment();
            return;
        }
        seen = entry.position().value();
        for (Follower follower : followers) {
            follower.sink().entry(entry);
        }
    }

    /**
     * Compares what was heard with where the log ends. An end that was not heard of may still be on its way, so that alone
     * proves nothing.
     *
     * @param end {@link Position#NONE} where there is no log
     * @return what to give to {@link #confirm} a little later, or -1 if all is well
     */
    synchronized long suspect(Position end) {
        if (state != State.SUBSCRIBED || seen == end.value()) {
            return UNKNOWN;
        }
        if (seen == UNKNOWN) {
            // What followers read may be from before this end, and nobody knows whether something was to be heard
            // since.
            seen = end.value();
            followers.forEach(follower -> follower.sink().diverged());
            return UNKNOWN;
        }
        return seen;
    }

    /** Has followers read again if still nothing was heard since {@link #suspect}, and yet the log ends elsewhere. */
    synchronized void confirm(Position end, long suspected) {
        if (state == State.SUBSCRIBED && seen == suspected && seen != end.value()) {
            seen = end.value();
            diverged();
        }
    }

    private void lost() {
        state = State.NONE;
        if (wanted) { // or one that is forgotten would be counted as stale, and nobody would ever take that back
            missed(true);
            tell(Status.STALE);
        }
    }

    private void missed(boolean newMissed) {
        if (missed != newMissed) {
            missed = newMissed;
            stale.addAndGet(newMissed ? 1 : -1);
        }
    }

    private void diverged() {
        figures.resyncs.increment();
        followers.forEach(follower -> follower.sink().diverged());
    }

    private void tell(Status status) {
        followers.forEach(follower -> follower.sink().status(status));
    }
}
